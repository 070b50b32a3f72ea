/// The credentials that a program prints: `credential_process` of a profile.
///
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html>
struct ProcessCredentials: CredentialSource {
  let command: String
  let profileName: String
  let environment: [String: String]

  func find() async throws(AWSError) -> Credentials? {
    let result = await ShellCommand(text: command, environment: environment).run()
    switch result {
    case .failure(let failure):
      // Neither the command nor what it printed is shown: both may hold secrets.
      throw AWSError(
        .credentials,
        "the credential_process of profile \(profileName) cannot be used: \(failure.reason)",
        hint: "run it by hand to see what it says")
    case .success(let output):
      return try CredentialDocument.credentials(
        in: output, source: "the credential_process of profile \(profileName)")
    }
  }
}
