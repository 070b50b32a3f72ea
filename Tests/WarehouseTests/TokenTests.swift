import Foundation
import OpenSSLCrypto
import Testing

@testable import Warehouse

/// Keys and tokens, held against other implementations.
@Suite struct TokenTests {
  /// A key made by the openssl of the system, in several forms.
  private struct Key {
    let folder: URL

    init() throws {
      folder = FileManager.default.temporaryDirectory.appending(path: "key-\(UUID())")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let rsa = "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out plain.p8"
      try run(rsa.split(separator: " ").map(String.init))
      for (cipher, name) in [("aes-256-cbc", "aes"), ("des3", "des3")] {
        try run([
          "pkcs8", "-topk8", "-v2", cipher, "-in", "plain.p8", "-out", "\(name).p8", "-passout",
          "pass:päss word",
        ])
      }
      try run([
        "pkcs8", "-topk8", "-scrypt", "-in", "plain.p8", "-out", "scrypt.p8", "-passout",
        "pass:päss word",
      ])
      try run(["rsa", "-in", "plain.p8", "-traditional", "-out", "traditional.pem"])
      try run(["pkey", "-in", "plain.p8", "-pubout", "-out", "public.pem"])
      try run(["pkey", "-in", "plain.p8", "-pubout", "-outform", "DER", "-out", "public.der"])
      try run([
        "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "ec.p8",
      ])
    }

    private func run(_ arguments: [String]) throws {
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments = ["openssl"] + arguments
      process.currentDirectoryURL = folder
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0, "\(arguments)")
    }

    func bytes(_ name: String) throws -> [UInt8] {
      Array(try Data(contentsOf: folder.appending(path: name)))
    }
  }

  private static let key = Result { try Key() }

  @Test func `keys are read plain and encrypted, and are the same key`() throws {
    let key = try Self.key.get()
    let passphrase = Array("päss word".utf8)
    let publicKey = try key.bytes("public.der")
    for name in ["plain", "aes", "des3", "scrypt"] {
      let read = RSAKey(
        pem: try key.bytes("\(name).p8"), passphrase: name == "plain" ? nil : passphrase)
      #expect(read?.publicKey == publicKey, "\(name)")
    }
    let traditional = RSAKey(pem: try key.bytes("traditional.pem"), passphrase: nil)
    #expect(traditional?.publicKey == publicKey)
  }

  @Test func `what is no key, or cannot be decrypted, is none; nobody is asked for a passphrase`()
    throws
  {
    let key = try Self.key.get()
    #expect(RSAKey(pem: try key.bytes("aes.p8"), passphrase: nil) == nil)
    #expect(RSAKey(pem: try key.bytes("aes.p8"), passphrase: Array("other".utf8)) == nil)
    #expect(RSAKey(pem: try key.bytes("aes.p8"), passphrase: []) == nil)
    #expect(RSAKey(pem: try key.bytes("aes.p8"), passphrase: [0]) == nil)
    #expect(RSAKey(pem: try key.bytes("ec.p8"), passphrase: nil) == nil)
    #expect(RSAKey(pem: try key.bytes("public.pem"), passphrase: nil) == nil)
    #expect(RSAKey(pem: Array(try key.bytes("plain.p8").prefix(800)), passphrase: nil) == nil)
    #expect(RSAKey(pem: [], passphrase: nil) == nil)
    #expect(RSAKey(pem: Array(repeating: 0x41, count: 2 << 20), passphrase: nil) == nil)
  }

  @Test(.enabled(if: Oracle.has("jwt", "cryptography")))
  func `PyJWT verifies a token and finds the claims that Snowflake wants`() throws {
    let key = try Self.key.get()
    let rsa = try #require(RSAKey(pem: try key.bytes("plain.p8"), passphrase: nil))
    let token = SnowflakeToken(account: "my_org-my-account", user: "Loader", key: rsa)
    let now = Int64(Date().timeIntervalSince1970)
    let text = try #require(token.text(at: now))
    let output = try Oracle.run(
      """
      import sys, jwt, json, hashlib, base64
      from cryptography.hazmat.primitives import serialization
      public = open("\(key.folder.path)/public.pem", "rb").read()
      claims = jwt.decode(sys.stdin.read(), public, algorithms=["RS256"])
      der = serialization.load_pem_public_key(public).public_bytes(
          serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
      claims["fp"] = "SHA256:" + base64.b64encode(hashlib.sha256(der).digest()).decode()
      print(json.dumps(claims))
      """, text)
    struct Claims: Decodable {
      let iss: String
      let sub: String
      let iat: Int64
      let exp: Int64
      let fp: String
    }
    let claims = try JSONDecoder().decode(Claims.self, from: Data(output.utf8))
    #expect(claims.sub == "MY_ORG-MY-ACCOUNT.LOADER")
    #expect(claims.iss == "\(claims.sub).\(claims.fp)")
    #expect(token.fingerprint == claims.fp)
    #expect(claims.iat <= now)
    #expect(claims.exp > now)
    #expect(claims.exp - claims.iat <= 3_600)
  }

  @Test(arguments: [
    ("ORG-ACCOUNT", "ORG-ACCOUNT"), ("org-account", "ORG-ACCOUNT"),
    ("xy12345.eu-central-1", "XY12345"), ("xy12345.aws", "XY12345"),
    ("xy12345-abc.global", "XY12345"), ("xy12345", "XY12345"),
  ])
  func `an account is named as tokens want it`(account: String, name: String) throws {
    let key = try Self.key.get()
    let rsa = try #require(RSAKey(pem: try key.bytes("plain.p8"), passphrase: nil))
    let text = try #require(
      SnowflakeToken(account: account, user: "u", key: rsa).text(at: 0))
    var payload = String(text.split(separator: ".")[1])
      .replacing("-", with: "+").replacing("_", with: "/")
    while payload.count % 4 != 0 { payload += "=" }
    let claims = String(decoding: Data(base64Encoded: payload) ?? Data(), as: UTF8.self)
    #expect(claims.contains("\"sub\":\"\(name).U\""), "\(claims)")
  }

  @Test func `names of requests are the same for the same request, and for no other`() throws {
    var seen: Set<String> = []
    for step in 0..<5 {
      for attempt in 0..<3 {
        for part in 0..<4 {
          let run = StepRun(runID: "r", step: step, attempt: attempt)
          #expect(run.token(part) == StepRun(runID: "r", step: step, attempt: attempt).token(part))
          #expect(run.token(part).utf8.count == 64)
          #expect(UUID(uuidString: run.uuid(part)) != nil)
          seen.insert(run.token(part))
          seen.insert(run.uuid(part))
        }
      }
    }
    #expect(seen.count == 120)
  }
}
