#!/usr/bin/env python3
"""Pushes SNS messages with a real RSA signature to an HTTP endpoint under test. Standard library and the openssl command; loopback only.

  sns_push.py --listen 127.0.0.1:25720 --dir DIR
GET  /SimpleNotificationService-test.pem   the certificate (self-signed, CN=sns.amazonaws.com)
GET  /?Action=ConfirmSubscription&...      what SubscribeURL points to; counted
GET  /_control/confirmed, /_control/health
POST /_control/push  {"url": "http://127.0.0.1:.../hook", "type": "Notification", "message": "...", "subject": null, "version": "2",
                      "raw": false, "tamper": "message|signature|timestamp|cert_url|type", "headers": {}, "tries": 1, "topic": "arn:...", "cert_url": "http://...", "subscribe_base": "http://..."}
     -> {"status": 200, "ms": 3, "tries": 1, "sent": {...}}; 5xx and lost connections are tried again, as SNS does, up to "tries"."""
import argparse, base64, datetime, http.client, json, os, subprocess, sys, time, urllib.parse, uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
ap = argparse.ArgumentParser(); ap.add_argument("--listen", required=True); ap.add_argument("--dir", required=True); A = ap.parse_args(); os.makedirs(A.dir, exist_ok=True)
KEY, CRT = os.path.join(A.dir, "sns.key"), os.path.join(A.dir, "sns.pem"); BASE = "http://" + A.listen; CONFIRMED = []
subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", KEY, "-out", CRT, "-days", "2", "-subj", "/CN=sns.amazonaws.com"], check=True, stderr=subprocess.DEVNULL)
def sign(doc):
    names = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"] if doc["Type"] == "Notification" else ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
    text = "".join(f"{n}\n{doc[n]}\n" for n in names if doc.get(n) is not None)
    return base64.b64encode(subprocess.run(["openssl", "dgst", "-sha1" if doc["SignatureVersion"] == "1" else "-sha256", "-sign", KEY], input=text.encode(), capture_output=True, check=True).stdout).decode()
def push(p):
    typ = p.get("type", "Notification"); topic = p.get("topic", "arn:aws:sns:us-east-1:000000000000:dumps"); mid = p.get("id") or str(uuid.uuid4()); sub = topic + ":" + str(uuid.uuid4())
    doc = {"Type": typ, "MessageId": mid, "TopicArn": topic, "Message": p.get("message", "You have chosen to subscribe to the topic " + topic), "Timestamp": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z", "SignatureVersion": p.get("version", "2"), "SigningCertURL": p.get("cert_url", BASE + "/SimpleNotificationService-test.pem")}
    if p.get("subject"): doc["Subject"] = p["subject"]
    if typ == "Notification": doc["UnsubscribeURL"] = f"{BASE}/?Action=Unsubscribe&SubscriptionArn={sub}"
    else: doc["Token"] = uuid.uuid4().hex; doc["SubscribeURL"] = f"{p.get('subscribe_base', BASE)}/?Action=ConfirmSubscription&TopicArn={topic}&Token={doc['Token']}"
    doc["Signature"] = sign(doc); t = p.get("tamper")
    if t == "message": doc["Message"] += " "
    if t == "signature": doc["Signature"] = base64.b64encode(bytes([base64.b64decode(doc["Signature"])[0] ^ 1]) + base64.b64decode(doc["Signature"])[1:]).decode()
    if t == "timestamp": doc["Timestamp"] = "2020-01-01T00:00:00.000Z"
    if t == "cert_url": doc["SigningCertURL"] = "http://127.0.0.1.evil.test/SimpleNotificationService-test.pem"
    if t == "type": doc["Type"] = "Notification" if typ != "Notification" else "SubscriptionConfirmation"
    body = (p.get("message", "") if p.get("raw") else json.dumps(doc)).encode(); u = urllib.parse.urlsplit(p["url"]); h = {"x-amz-sns-message-type": doc["Type"], "x-amz-sns-message-id": mid, "x-amz-sns-topic-arn": topic, "x-amz-sns-subscription-arn": sub, "Content-Type": "text/plain; charset=UTF-8", "User-Agent": "Amazon Simple Notification Service Agent"}
    if p.get("raw"): h["x-amz-sns-rawdelivery"] = "true"
    h.update(p.get("headers", {})); st = None; t0 = time.time()
    for n in range(1, int(p.get("tries", 1)) + 1):
        try: c = http.client.HTTPConnection(u.hostname, u.port, timeout=15); c.request("POST", (u.path or "/") + ("?" + u.query if u.query else ""), body, h); st = c.getresponse().status
        except OSError as e: st = repr(e)
        if isinstance(st, int) and st < 500: break
        time.sleep(0.2)
    return {"status": st, "ms": round((time.time() - t0) * 1000), "tries": n, "sent": doc}
class H(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def log_message(self, *a): pass
    def out(self, st, d, ct="application/json"):
        d = d if isinstance(d, bytes) else json.dumps(d).encode(); self.send_response(st); self.send_header("Content-Type", ct); self.send_header("Content-Length", str(len(d))); self.end_headers(); self.wfile.write(d)
    def do_GET(self):
        u = urllib.parse.urlsplit(self.path); q = dict(urllib.parse.parse_qsl(u.query))
        if u.path.endswith(".pem"): return self.out(200, open(CRT, "rb").read(), "application/x-pem-file")
        if u.path == "/_control/confirmed": return self.out(200, CONFIRMED)
        if u.path == "/_control/health": return self.out(200, {"ok": True})
        if q.get("Action") == "ConfirmSubscription": CONFIRMED.append(q); return self.out(200, b"<ConfirmSubscriptionResponse><ConfirmSubscriptionResult><SubscriptionArn>" + q.get("TopicArn", "").encode() + b":1</SubscriptionArn></ConfirmSubscriptionResult></ConfirmSubscriptionResponse>", "text/xml")
        self.out(404, {})
    def do_POST(self):
        b = self.rfile.read(int(self.headers.get("content-length") or 0))
        if self.path == "/_control/push": return self.out(200, push(json.loads(b)))
        self.out(404, {})
h, _, p = A.listen.rpartition(":")
if not h.startswith("127."): sys.exit("listens on loopback only")
ThreadingHTTPServer.daemon_threads = True; ThreadingHTTPServer((h, int(p)), H).serve_forever()
