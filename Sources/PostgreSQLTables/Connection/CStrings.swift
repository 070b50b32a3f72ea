#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// Lends texts to a library of C, with a null pointer behind the last one.
@unsafe
func withCStrings<Result>(
  _ texts: [String], _ body: ([UnsafePointer<CChar>?]) -> Result
) -> Result {
  let copies = unsafe texts.map { unsafe strdup($0) }
  defer { unsafe copies.forEach { unsafe free($0) } }
  return unsafe body(copies.map { unsafe UnsafePointer($0) } + [nil])
}
