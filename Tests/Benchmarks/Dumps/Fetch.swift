import ArgumentParser
import FoundationEssentials
import Glibc
import ObjectStorage
import Operations
import Synchronization

/// Reads all objects below a location into files of one directory.
struct Fetch: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Read all objects below a location into files, and nothing else.")

  @Argument(help: "The location.")
  var location: String

  @Argument(help: "The directory to write into.")
  var directory: String

  func run() async throws {
    let store = try Location.store(
      location, S3Options(environment: ProcessInfo.processInfo.environment))
    let objects = try await store.list(prefix: "")
    let files = Mutex<[String: Int32]>([:])
    try await store.readPieces(of: objects) { object, offset, bytes in
      let path = directory + "/" + object.key.split(separator: "/").joined(separator: "_")
      let file = files.withLock { files in
        if let file = files[path] { return file }
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o666)
        if Int64(bytes.count) < object.byteCount { files[path] = file }
        return file
      }
      guard file >= 0, unsafe pwrite(file, bytes, bytes.count, off_t(offset)) == bytes.count else {
        throw OutputFailure()
      }
      if Int64(bytes.count) == object.byteCount { close(file) }
    }
    print(objects.count)
  }

  private struct OutputFailure: Error {}
}
