import CurlHTTP
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import AWS

/// Every source of credentials, with servers and files that look like the real ones.
struct CredentialTests {
  private static let document = """
    {"AccessKeyId":"AKID","SecretAccessKey":"s3cr3t","Token":"t0k3n",\
    "Expiration":"2099-01-01T00:00:00Z","Code":"Success"}
    """

  private func find(
    _ environment: [String: String], profile: String? = nil
  ) async throws -> Credentials? {
    var all = ["HOME": "/nonexistent", "AWS_EC2_METADATA_DISABLED": "true"]
    all.merge(environment) { $1 }
    let settings = try Settings(environment: all, profile: profile)
    let connections = ServiceConnections(try HTTPClient(), retries: .once)
    return try await CredentialChain.standard(settings, connections).find()
  }

  /// The credentials that files of settings lead to.
  private func find(
    config: String = "", credentials: String = "", environment: [String: String] = [:],
    profile: String? = nil
  ) async throws -> Credentials? {
    var found: Credentials?
    try await withDirectory { directory in
      let files = [("config", config), ("credentials", credentials)]
      var all = environment
      all["HOME"] = directory.path
      for (name, text) in files {
        let file = directory.appending(path: name)
        try Data(text.utf8).write(to: file)
        all[name == "config" ? "AWS_CONFIG_FILE" : "AWS_SHARED_CREDENTIALS_FILE"] = file.path
      }
      found = try await find(all, profile: profile)
    }
    return found
  }

  // MARK: Environment and files

  @Test func `the environment comes first`() async throws {
    let found = try await find(
      credentials: "[default]\naws_access_key_id = FILE\naws_secret_access_key = x\n",
      environment: [
        "AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "t",
      ])
    #expect(found?.accessKeyID == "ENV")
    #expect(found?.sessionToken == Secret("t"))
  }

  @Test func `a profile that is named passes over the environment`() async throws {
    let found = try await find(
      credentials: "[other]\naws_access_key_id = FILE\naws_secret_access_key = x\n",
      environment: ["AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "s"], profile: "other")
    #expect(found?.accessKeyID == "FILE")
  }

  @Test func `half of the environment's keys is an error`() async throws {
    await expectError(.credentials, "AWS_SECRET_ACCESS_KEY is not") {
      _ = try await find(["AWS_ACCESS_KEY_ID": "ENV"])
    }
  }

  @Test func `files are read as AWS's tools write them`() async throws {
    let found = try await find(
      config: """
        # a comment
        [profile  dumps ]
        region = eu-west-1
        aws_access_key_id=CONFIG
        aws_secret_access_key = config-secret ; behind a value
        s3 =
          addressing_style = path
        [default]
        region=us-west-2
        """,
      credentials: """
        [dumps]
        aws_access_key_id = CREDS
        aws_secret_access_key = a/b+c=#d
        aws_session_token = tok
        """, profile: "dumps")
    #expect(found?.accessKeyID == "CREDS")
    #expect(found?.secretAccessKey == Secret("a/b+c=#d"))
    #expect(found?.sessionToken == Secret("tok"))
  }

  @Test func `settings of profiles, services and sessions are found`() throws {
    let files = SharedFiles(
      config: """
        [profile a]
        services = local
        s3 =
            addressing_style = path
            max_attempts = 3
        region = eu-north-1
        [services local]
        s3 =
          endpoint_url = http://localhost:9000
        sts =
          endpoint_url = http://localhost:9001
        [sso-session c]
        sso_region = us-east-1
        """, credentials: "")
    #expect(files.profiles["a"]?["region"] == "eu-north-1")
    #expect(files.blocks["a"]?["s3"]?["addressing_style"] == "path")
    #expect(files.services["local"]?["sts"]?["endpoint_url"] == "http://localhost:9001")
    #expect(files.sessions["c"]?["sso_region"] == "us-east-1")
  }

  @Test func `a profile that is not there is named with those that are`() async throws {
    do {
      _ = try await find(
        credentials: "[one]\naws_access_key_id = a\naws_secret_access_key = b\n", profile: "two")
      Issue.record("nothing was thrown")
    } catch let error as AWSError {
      #expect(error.code == .configuration)
      #expect(error.hint?.contains("one") == true)
    }
  }

  // MARK: Roles

  @Test func `a role is assumed with its source and external id`() async throws {
    let server = try ScriptedServer { Self.sts($0) }
    defer { server.stop() }
    let found = try await find(
      config: """
        [profile loader]
        role_arn = arn:aws:iam::123456789012:role/dumps
        source_profile = base
        external_id = acct-7
        role_session_name = nightly
        [profile base]
        aws_access_key_id = BASE
        aws_secret_access_key = base-secret
        """,
      environment: ["AWS_PROFILE": "loader", "AWS_ENDPOINT_URL_STS": server.url])
    #expect(found?.accessKeyID == "ASIA-dumps")
    #expect(found?.expiration == WallTime(iso8601: "2099-01-01T00:00:00Z"))
    let request = try #require(server.requests.first)
    #expect(request.bodyText.contains("ExternalId=acct-7"))
    #expect(request.bodyText.contains("RoleSessionName=nightly"))
    #expect(request.headers["authorization"]?.contains("Credential=BASE/") == true)
  }

  @Test func `roles may lead to each other but not in a circle`() async throws {
    let server = try ScriptedServer { Self.sts($0) }
    defer { server.stop() }
    let chain = """
      [profile outer]
      role_arn = arn:aws:iam::123456789012:role/outer
      source_profile = inner
      [profile inner]
      role_arn = arn:aws:iam::123456789012:role/inner
      source_profile = base
      [profile base]
      aws_access_key_id = BASE
      aws_secret_access_key = base-secret
      [profile round]
      role_arn = arn:aws:iam::123456789012:role/round
      source_profile = about
      [profile about]
      role_arn = arn:aws:iam::123456789012:role/about
      source_profile = round
      """
    let environment = ["AWS_ENDPOINT_URL": server.url]
    let found = try await find(config: chain, environment: environment, profile: "outer")
    #expect(found?.accessKeyID == "ASIA-outer")
    let second = try #require(server.requests.last)
    #expect(second.headers["authorization"]?.contains("Credential=ASIA-inner/") == true)
    #expect(second.headers["x-amz-security-token"] == "token-inner")
    await expectError(.credentials, "leads back") {
      _ = try await find(config: chain, environment: environment, profile: "round")
    }
  }

  @Test(arguments: [
    ("mfa_serial = arn:aws:iam::1:mfa/me\nsource_profile = base", "mfa_serial"),
    ("source_profile = nobody", "nobody does not exist"),
    ("", "source_profile or credential_source"),
    (
      "source_profile = base\ncredential_source = Environment",
      "source_profile or credential_source"
    ),
    ("credential_source = Moon", "Moon"),
    ("source_profile = empty", "no credentials"),
  ])
  func `what a role needs and does not have is named`(_ lines: String, _ words: String) async throws
  {
    await expectError(.credentials, words) {
      _ = try await find(
        config: """
          [profile r]
          role_arn = arn:aws:iam::123456789012:role/r
          \(lines)
          [profile base]
          aws_access_key_id = BASE
          aws_secret_access_key = x
          [profile empty]
          region = eu-west-1
          """, profile: "r")
    }
  }

  @Test func `a wrong external id names action, role and what to check`() async throws {
    let server = try ScriptedServer { _ in
      .response(
        403, [:],
        "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code>"
          + "<Message>User is not authorized to perform: sts:AssumeRole</Message></Error></ErrorResponse>"
      )
    }
    defer { server.stop() }
    let settings = try Settings(environment: [
      "HOME": "/nonexistent", "AWS_ENDPOINT_URL_STS": server.url,
    ])
    let service = try SecurityTokenService(
      settings, region: "us-east-1",
      credentials: FixedCredentials(
        Credentials(accessKeyID: "A", secretAccessKey: Secret("base-secret"))),
      connections: ServiceConnections(HTTPClient()))
    let role = try AssumedRole(
      arn: "arn:aws:iam::123456789012:role/dumps", externalID: "wrong-id")
    do {
      _ = try await service.assumeRole(role)
      Issue.record("nothing was thrown")
    } catch {
      #expect(error.code == .accessDenied)
      #expect(error.reason.contains("cannot assume the role arn:aws:iam::123456789012:role/dumps"))
      #expect(error.hint?.contains("sts:AssumeRole") == true)
      #expect(error.hint?.contains("external id") == true)
      #expect(!"\(error) \(error.hint ?? "")".contains("base-secret"))
    }
    #expect(server.requests.count == 1)
  }

  @Test func `a web identity's token is sent without a signature`() async throws {
    let server = try ScriptedServer { Self.sts($0) }
    defer { server.stop() }
    try await withDirectory { directory in
      let file = directory.appending(path: "token")
      try Data("web-t0k3n\n".utf8).write(to: file)
      let found = try await find([
        "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/pod",
        "AWS_WEB_IDENTITY_TOKEN_FILE": file.path, "AWS_ENDPOINT_URL_STS": server.url,
      ])
      #expect(found?.accessKeyID == "ASIA-pod")
      let request = try #require(server.requests.first)
      #expect(request.bodyText.contains("WebIdentityToken=web-t0k3n"))
      #expect(request.headers["authorization"] == nil)
    }
  }

  private static func sts(_ request: ScriptedServer.Request) -> ScriptedServer.Answer {
    let text = request.bodyText
    let action = text.contains("WebIdentity") ? "AssumeRoleWithWebIdentity" : "AssumeRole"
    let role = text.firstMatch(of: /role%2F(\w+)/).map { String($0.1) } ?? ""
    return .response(
      200, [:],
      """
      <\(action)Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><\(action)Result>
      <Credentials><AccessKeyId>ASIA-\(role)</AccessKeyId><SecretAccessKey>s</SecretAccessKey>
      <SessionToken>token-\(role)</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>
      </Credentials></\(action)Result></\(action)Response>
      """)
  }

  // MARK: Programs, containers, instances, single sign-on

  @Test func `a program's credentials are taken`() async throws {
    let found = try await find(
      config: """
        [default]
        credential_process = printf '{"Version":1,"AccessKeyId":"%s","SecretAccessKey":"p"}' "PROC"
        """, environment: ["PATH": "/usr/bin:/bin"])
    #expect(found?.accessKeyID == "PROC")
  }

  @Test(arguments: [
    ("echo s3cr3t; exit 3", "status 3"), ("echo s3cr3t", "no JSON"),
    ("yes s3cr3t | head -c 100000", "more than"),
  ])
  func `a program that fails is named without what it printed`(
    _ command: String, _ words: String
  ) async throws {
    do {
      _ = try await find(
        config: "[default]\ncredential_process = \(command)\n",
        environment: ["PATH": "/usr/bin:/bin"])
      Issue.record("nothing was thrown")
    } catch let error as AWSError {
      #expect(error.reason.contains(words))
      #expect(!error.reason.contains("s3cr3t"))
    }
  }

  @Test func `a container's credentials are asked for with its token`() async throws {
    let server = try ScriptedServer { request in
      request.headers["authorization"] == "pod-token" && request.target == "/v2/c?id=1"
        ? .response(200, [:], Self.document) : .response(403)
    }
    defer { server.stop() }
    let found = try await find([
      "AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url + "/v2/c?id=1",
      "AWS_CONTAINER_AUTHORIZATION_TOKEN": "pod-token", "http_proxy": "http://127.0.0.1:1",
    ])
    #expect(found?.accessKeyID == "AKID")
    #expect(found?.sessionToken == Secret("t0k3n"))
  }

  @Test(arguments: [
    "http://example.com/c", "http://127.0.0.1.example.com/c", "http://localhost@example.com/",
    "ftp://127.0.0.1/",
  ])
  func `credentials do not leave the machine over plain HTTP`(_ url: String) async throws {
    await expectError(.configuration, "AWS_CONTAINER_CREDENTIALS_FULL_URI") {
      _ = try await find(["AWS_CONTAINER_CREDENTIALS_FULL_URI": url])
    }
  }

  @Test func `an instance's role is found with a session's token`() async throws {
    let server = try ScriptedServer { request in
      if request.method == "PUT", request.target == "/latest/api/token" {
        return request.headers["x-aws-ec2-metadata-token-ttl-seconds"] == "21600"
          ? .response(200, [:], "imds-token") : .response(400)
      }
      guard request.headers["x-aws-ec2-metadata-token"] == "imds-token" else {
        return .response(401)
      }
      switch request.target {
      case "/latest/meta-data/iam/security-credentials/": return .response(200, [:], "my role\n")
      case "/latest/meta-data/iam/security-credentials/my%20role":
        return .response(200, [:], Self.document)
      default: return .response(404)
      }
    }
    defer { server.stop() }
    let found = try await find([
      "AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url + "/",
    ])
    #expect(found?.accessKeyID == "AKID")
    #expect(found?.source.contains("my role") == true)
  }

  // Without its own limit the request would last as long as the server is silent.
  @Test(.timeLimit(.minutes(5)))
  func `a machine that is no instance is found out soon`() async throws {
    let server = try ScriptedServer { _ in .silence(3_600) }
    defer { server.stop() }
    let found = try await find([
      "AWS_EC2_METADATA_DISABLED": "", "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url,
    ])
    #expect(found == nil)
    #expect(server.requests.count == 1)
  }

  @Test func `who has signed in gets the role of the portal`() async throws {
    let server = try ScriptedServer { request in
      request.headers["x-amz-sso_bearer_token"] == "sso-token"
        && request.target == "/federation/credentials?role_name=Reader&account_id=123456789012"
        ? .response(
          200, [:],
          "{\"roleCredentials\":{\"accessKeyId\":\"SSO\",\"secretAccessKey\":\"s\","
            + "\"sessionToken\":\"t\",\"expiration\":4070908800000}}") : .response(401)
    }
    defer { server.stop() }
    let config = """
      [profile sso]
      sso_session = company
      sso_account_id = 123456789012
      sso_role_name = Reader
      [sso-session company]
      sso_region = eu-west-1
      sso_start_url = https://company.awsapps.com/start
      """
    try await withDirectory { directory in
      let cache = directory.appending(path: ".aws/sso/cache")
      try FileManager.default.createDirectory(at: cache, withIntermediateDirectories: true)
      try Data(config.utf8).write(to: directory.appending(path: ".aws/config"))
      let environment = ["HOME": directory.path, "AWS_ENDPOINT_URL_SSO": server.url]
      await expectError(.credentials, "nobody has signed in") {
        _ = try await find(environment, profile: "sso")
      }
      // The name is the SHA-1 of the session's.
      let token = cache.appending(path: "71b21161ffa1e6516bcc072aaf5ef38cbe85b511.json")
      try Data(#"{"accessToken":"sso-token","expiresAt":"2001-01-01T00:00:00Z"}"#.utf8).write(
        to: token)
      await expectError(.credentials, "has ended") {
        _ = try await find(environment, profile: "sso")
      }
      try Data(#"{"accessToken":"sso-token","expiresAt":"2099-01-01T00:00:00UTC"}"#.utf8)
        .write(to: token)
      let found = try await find(environment, profile: "sso")
      #expect(found?.accessKeyID == "SSO")
      #expect(found?.expiration?.secondsSinceEpoch == 4_070_908_800)
    }
  }

  @Test func `without any credentials the error says what to set`() async throws {
    let renewing = RenewingCredentials(CredentialChain([]))
    await expectError(.credentials, "no AWS credentials") { _ = try await renewing.current() }
  }
}

/// Expects an error with a code whose reason has some words.
func expectError(
  _ code: AWSError.Code, _ words: String, _ body: () async throws -> Void,
  sourceLocation: SourceLocation = #_sourceLocation
) async {
  do {
    try await body()
    Issue.record("nothing was thrown", sourceLocation: sourceLocation)
  } catch let error as AWSError {
    #expect(error.code == code, sourceLocation: sourceLocation)
    #expect(error.reason.contains(words), sourceLocation: sourceLocation)
  } catch {
    Issue.record("\(error)", sourceLocation: sourceLocation)
  }
}
