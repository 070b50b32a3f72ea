import ArgumentParser
import ObjectStorage

/// The flags about how S3 keeps what is written, for commands that write objects.
struct S3WritingOptions: ParsableArguments {
  enum Encryption: String, ExpressibleByArgument, CaseIterable {
    case s3, kms
  }

  @Option(help: "The storage class of what is written to S3, such as STANDARD_IA.")
  var storageClass: String?

  @Option(help: "How S3 encrypts what is written; as the bucket says if not given.")
  var encryption: Encryption?

  @Option(help: "The key of the Key Management Service; needs --encryption kms.")
  var kmsKey: String?

  func validate() throws {
    if let storageClass {
      if ["GLACIER", "DEEP_ARCHIVE"].contains(storageClass) {
        throw ValidationError(
          "--storage-class \(storageClass): nobody could read the dump before it is restored")
      }
      guard storageClass.wholeMatch(of: /[A-Z][A-Z_]*/) != nil else {
        throw ValidationError("--storage-class must be a word such as STANDARD_IA")
      }
    }
    if kmsKey != nil, encryption != .kms {
      throw ValidationError("--kms-key needs --encryption kms")
    }
  }

  /// Whether none was given.
  var isEmpty: Bool { storageClass == nil && encryption == nil }

  /// Adds the flags to how S3 is reached.
  func applied(to options: S3Options) -> S3Options {
    var options = options
    options.storageClass = storageClass
    switch encryption {
    case nil: break
    case .s3: options.encryption = .s3
    case .kms: options.encryption = .kms(keyID: kmsKey)
    }
    return options
  }
}
