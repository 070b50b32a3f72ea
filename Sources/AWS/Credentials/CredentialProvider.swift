/// Gives credentials that are good for now.
package protocol CredentialProvider: Sendable {
  /// Credentials that last at least a little longer.
  ///
  /// - Throws: ``AWSError`` if there are none.
  func current() async throws(AWSError) -> Credentials

  /// Takes back credentials that a service has called expired.
  ///
  /// - Returns: whether others can be had.
  func discard(_ credentials: Credentials) async -> Bool
}

/// The same credentials for ever.
package struct FixedCredentials: CredentialProvider {
  private let credentials: Credentials

  /// Always the given credentials.
  package init(_ credentials: Credentials) { self.credentials = credentials }

  /// The credentials.
  package func current() async throws(AWSError) -> Credentials { credentials }

  /// Always `false`: there are no others.
  package func discard(_ credentials: Credentials) async -> Bool { false }
}

/// Where credentials may be found: one step of the chain.
package protocol CredentialSource: Sendable {
  /// The credentials; `nil` if nothing is set up here, so that the next source is asked.
  ///
  /// - Throws: ``AWSError`` if something is set up but gives none.
  func find() async throws(AWSError) -> Credentials?
}

/// Credentials of a source, kept while they last and renewed before they end.
///
/// They are renewed when a quarter of their life is left, at most five minutes: requests that are
/// just being signed must arrive before the end. One renewal is made at a time and all callers wait
/// for it.
package actor RenewingCredentials: CredentialProvider {
  private struct Held {
    let credentials: Credentials
    /// When others are to be had.
    var renewal: WallTime?
  }

  private let source: any CredentialSource
  private let now: @Sendable () -> WallTime
  private var held: Held?
  private var renewal: Task<Result<Credentials, AWSError>, Never>?

  /// Credentials of a source.
  package init(
    _ source: any CredentialSource, now: @escaping @Sendable () -> WallTime = { Clock.system }
  ) {
    self.source = source
    self.now = now
  }

  /// The credentials, renewed if their end is near.
  package func current() async throws(AWSError) -> Credentials {
    if let held, held.renewal.map({ now() < $0 }) ?? true { return held.credentials }
    let result = await renewed()
    switch result {
    case .success(let credentials): return credentials
    case .failure(let error):
      // What is still good is better than nothing; a little later there is another try.
      if let held, let expiration = held.credentials.expiration, now() < expiration {
        self.held?.renewal = now().adding(seconds: 5)
        return held.credentials
      }
      throw error
    }
  }

  /// Forgets the credentials if they are still held.
  package func discard(_ credentials: Credentials) async -> Bool {
    if held?.credentials == credentials { held = nil }
    return true
  }

  private func renewed() async -> Result<Credentials, AWSError> {
    if let renewal { return await renewal.value }
    // Its own task: the caller that happens to begin it may be cancelled, others wait for it too.
    let task = Task { [source] in
      do throws(AWSError) {
        guard let credentials = try await source.find() else {
          return Result<Credentials, AWSError>.failure(.noCredentials)
        }
        return .success(credentials)
      } catch {
        return .failure(error)
      }
    }
    renewal = task
    let result = await task.value
    renewal = nil
    if case .success(let credentials) = result {
      held = Held(credentials: credentials, renewal: renewalTime(of: credentials))
    }
    return result
  }

  private func renewalTime(of credentials: Credentials) -> WallTime? {
    guard let expiration = credentials.expiration else { return nil }
    let life = max(0, expiration.secondsSinceEpoch - now().secondsSinceEpoch)
    return expiration.adding(seconds: -min(300, (life + 3) / 4))
  }
}

extension AWSError {
  /// No source has any.
  package static let noCredentials = AWSError(
    .credentials, "there are no AWS credentials",
    hint:
      "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile with --profile or "
      + "AWS_PROFILE")
}
