import AWS

/// What is done with an object, with the permission that it needs.
enum S3Action: Sendable, Equatable {
  case list
  case get
  case put
  case delete
  case getVersioning
  case listVersions
  case getVersion
  case deleteVersions
  case listUploads
  case abortUpload
  case getRules
  case putRules
  case inspect
  case create
  case getSetting(BucketSetting)
  case putSetting(BucketSetting)

  var verb: String {
    switch self {
    case .list: "list"
    case .get: "read"
    case .put: "write"
    case .delete: "delete"
    case .getVersioning: "see whether versions are kept of"
    case .listVersions: "list the versions of"
    case .getVersion: "read an old version of"
    case .deleteVersions: "delete versions of"
    case .listUploads: "list the unfinished uploads of"
    case .abortUpload: "abort the upload of"
    case .getRules: "read the lifecycle rules of"
    case .putRules: "write the lifecycle rules of"
    case .inspect: "look at"
    case .create: "create"
    case .getSetting(let setting): "read the \(setting.title) of"
    case .putSetting(let setting): "write the \(setting.title) of"
    }
  }

  /// Whether the permission is one on the bucket and not on objects in it.
  var isOfBucket: Bool {
    switch self {
    case .list, .getVersioning, .listVersions, .listUploads, .getRules, .putRules, .inspect,
      .create, .getSetting, .putSetting:
      true
    case .get, .put, .delete, .getVersion, .deleteVersions, .abortUpload: false
    }
  }

  var permission: String {
    switch self {
    case .list: "s3:ListBucket"
    case .get: "s3:GetObject"
    case .put: "s3:PutObject"
    case .delete: "s3:DeleteObject"
    case .getVersioning: "s3:GetBucketVersioning"
    case .listVersions: "s3:ListBucketVersions"
    case .getVersion: "s3:GetObjectVersion"
    case .deleteVersions: "s3:DeleteObjectVersion"
    case .listUploads: "s3:ListBucketMultipartUploads"
    case .abortUpload: "s3:AbortMultipartUpload"
    case .getRules: "s3:GetLifecycleConfiguration"
    case .putRules: "s3:PutLifecycleConfiguration"
    case .inspect: "s3:ListBucket"
    case .create: "s3:CreateBucket"
    case .getSetting(let setting): "s3:Get\(setting.permission)"
    case .putSetting(let setting): "s3:Put\(setting.permission)"
    }
  }
}

extension S3Store {
  /// Runs a request and words what goes wrong.
  func explaining<Result>(
    _ action: S3Action, _ key: String, _ body: () async throws(AWSError) -> Result
  ) async throws(StorageError) -> Result {
    do throws(AWSError) {
      return try await body()
    } catch {
      throw explained(error, action, key)
    }
  }

  /// A failure as what could not be done, why, and what to do about it.
  func explained(_ error: AWSError, _ action: S3Action, _ key: String) -> StorageError {
    let place = place(key)
    let message = "cannot \(action.verb) \(place): \(error.reason)"
    switch error.code {
    case .notFound:
      if error.serviceCode == "NoSuchBucket" {
        // Not what `notFound` says: that there is no object yet.
        return StorageError(
          .system, place, "cannot \(action.verb) \(place): there is no bucket \(location.bucket)",
          hint: "check its name, the account and the endpoint")
      }
      return StorageError(
        .notFound, place, "cannot \(action.verb) \(place): there is no such object")
    case .accessDenied:
      return StorageError(.accessDenied, place, message, hint: deniedHint(error, action, key))
    case .credentials:
      return StorageError(.accessDenied, place, message, hint: error.hint)
    case .preconditionFailed:
      if action == .get { return StorageError.objectChanged(place) }
      return StorageError(
        .conflict, place, "cannot write \(place): somebody else has written it (\(error.reason))",
        hint: "read it again and decide anew")
    case .unavailable: return StorageError(.unavailable, place, message, hint: error.hint)
    case .wrongRegion:
      return StorageError(
        .configuration, place, message,
        hint: "name the bucket's region with --region" + (error.region.map { ": \($0)" } ?? ""))
    case .tls, .configuration: return StorageError(.configuration, place, message, hint: error.hint)
    case .cancelled: return StorageError(.cancelled, place, "interrupted")
    default:
      if error.status == 416 { return StorageError.objectChanged(place) }
      return StorageError(.system, place, message, hint: error.hint)
    }
  }

  private func deniedHint(_ error: AWSError, _ action: S3Action, _ key: String) -> String {
    switch error.serviceCode {
    case "SignatureDoesNotMatch": return "the secret access key does not belong to the key id"
    case "InvalidAccessKeyId", "InvalidClientTokenId":
      return "there is no such access key id; check which credentials are found first"
    case "ExpiredToken", "ExpiredTokenException", "InvalidToken", "TokenRefreshRequired":
      return "the temporary credentials have ended or are not whole; get new ones"
    default: break
    }
    let bucketARN = "arn:aws:s3:::\(location.bucket)"
    let resource = action.isOfBucket ? bucketARN : "\(bucketARN)/\(location.prefix)\(key)"
    let need = error.hint ?? "\(action.permission) on \(resource) is needed"
    // Without that permission S3 does not tell a missing object from a forbidden one.
    return action == .get
      ? need
        + "; without s3:ListBucket on \(bucketARN) this may also mean that there is no such object"
      : need
  }
}
