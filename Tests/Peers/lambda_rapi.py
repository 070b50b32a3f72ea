#!/usr/bin/env python3
"""A small Lambda Runtime API (2018-06-01) for unit tests of a custom runtime. Standard library only, loopback only.

  lambda_rapi.py --listen 127.0.0.1:25700 [--timeout 10]       then run the bootstrap with AWS_LAMBDA_RUNTIME_API=127.0.0.1:25700
Control (same port): POST /_control/invoke[?timeout=SECONDS]  body = event; answers when the runtime does: {"id","kind","type","body","ms"}
                     kind: response | error | init_error | timeout.   GET /_control/stats, GET /_control/health
Behaves like the service: next blocks until there is an event; 202 on response/error; 403 InvalidRequestID for an id that is not the
current one (a second answer, a late answer after the timeout); 413 over 6 MB; streaming (chunked) responses are read whole."""
import argparse, json, queue, sys, threading, time, urllib.parse, uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
P = "/2018-06-01/runtime/"
todo, cur, lock = queue.Queue(), {}, threading.Lock()
stats = {"next": 0, "response": 0, "error": 0, "init_error": 0, "rejected": 0, "timeout": 0}; arn = "arn:aws:lambda:us-east-1:000000000000:function:test"; init_errors = []

class H(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def log_message(self, *a): pass
    def body(self):
        if "chunked" in (self.headers.get("transfer-encoding") or ""):
            out = b""
            while (n := int(self.rfile.readline().split(b";")[0], 16)): out += self.rfile.read(n); self.rfile.readline()
            while self.rfile.readline() not in (b"\r\n", b""): pass
            return out
        return self.rfile.read(int(self.headers.get("content-length") or 0))
    def out(self, st, obj, hdrs=()):
        b = obj if isinstance(obj, bytes) else json.dumps(obj).encode(); self.send_response(st)
        for k, v in hdrs: self.send_header(k, v)
        self.send_header("Content-Type", "application/json"); self.send_header("Content-Length", str(len(b))); self.end_headers(); self.wfile.write(b)
    def do_GET(self):
        if self.path == P + "invocation/next":
            stats["next"] += 1
            while True:
                try: ev = todo.get(timeout=0.5)
                except queue.Empty:
                    import select, socket
                    if select.select([self.connection], [], [], 0)[0] and not self.connection.recv(1, socket.MSG_PEEK): return   # the runtime went away
                    continue
                with lock:
                    if ev["done"].is_set(): continue
                    cur.clear(); cur[ev["id"]] = ev
                break
            try: self.out(200, ev["body"], [("Lambda-Runtime-Aws-Request-Id", ev["id"]), ("Lambda-Runtime-Deadline-Ms", str(int((time.time() + ev["timeout"]) * 1000))), ("Lambda-Runtime-Invoked-Function-Arn", arn), ("Lambda-Runtime-Trace-Id", f"Root=1-{int(time.time()):x}-{uuid.uuid4().hex[:24]};Parent={uuid.uuid4().hex[:16]};Sampled=0")])
            except OSError: ev["done"].clear(); todo.put(ev)
        elif self.path == "/_control/stats": self.out(200, dict(stats, init_errors=init_errors))
        elif self.path == "/_control/health": self.out(200, {"ok": True})
        else: self.out(404, {"errorType": "NotFound", "errorMessage": self.path})
    def do_POST(self):
        u = urllib.parse.urlsplit(self.path); b = self.body()
        if u.path == "/_control/invoke":
            ev = {"id": str(uuid.uuid4()), "body": b or b"{}", "done": threading.Event(), "timeout": float(dict(urllib.parse.parse_qsl(u.query)).get("timeout", A.timeout)), "t": time.time()}; todo.put(ev)
            if not ev["done"].wait(ev["timeout"]):
                with lock: cur.pop(ev["id"], None); ev["done"].set()
                stats["timeout"] += 1; return self.out(200, {"id": ev["id"], "kind": "timeout", "body": f"Task timed out after {ev['timeout']:.2f} seconds", "ms": round((time.time() - ev["t"]) * 1000)})
            return self.out(200, {"id": ev["id"], "kind": ev["kind"], "type": ev.get("type"), "body": ev["answer"].decode("utf-8", "replace"), "ms": round((time.time() - ev["t"]) * 1000)})
        if u.path == P + "init/error": stats["init_error"] += 1; init_errors.append({"type": self.headers.get("Lambda-Runtime-Function-Error-Type"), "body": b.decode("utf-8", "replace")}); return self.out(202, {"status": "OK"})
        parts = u.path[len(P):].split("/") if u.path.startswith(P) else []
        if len(parts) == 3 and parts[0] == "invocation" and parts[2] in ("response", "error"):
            with lock: ev = cur.pop(parts[1], None)
            if ev is None: stats["rejected"] += 1; return self.out(403, {"errorType": "InvalidRequestID", "errorMessage": "Invalid request ID"})
            if len(b) > 6291556: stats["rejected"] += 1; ev.update(kind="error", answer=b"response payload size exceeded", type="Function.ResponseSizeTooLarge"); ev["done"].set(); return self.out(413, {"errorType": "RequestEntityTooLarge", "errorMessage": f"Exceeded maximum allowed payload size (6291556 bytes)."})
            ev.update(kind=parts[2], answer=b, type=self.headers.get("Lambda-Runtime-Function-Error-Type")); stats[parts[2]] += 1; self.out(202, {"status": "OK"}); ev["done"].set(); return
        self.out(404, {"errorType": "NotFound", "errorMessage": self.path})
ap = argparse.ArgumentParser(); ap.add_argument("--listen", required=True); ap.add_argument("--timeout", type=float, default=10); A = ap.parse_args()
h, _, p = A.listen.rpartition(":")
if not h.startswith("127."): sys.exit("listens on loopback only")
ThreadingHTTPServer.daemon_threads = True; ThreadingHTTPServer((h, int(p)), H).serve_forever()
