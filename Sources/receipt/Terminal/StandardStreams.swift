import Glibc

/// The file descriptors 0, 1 and 2 as the program was given them.
enum StandardStreams {
  /// Opens those that the caller has closed (`receipt … 2>&-`) on nothing.
  ///
  /// Otherwise the next file that is opened, such as the database, would get the number, and
  /// messages would be written into it.
  static func open() {
    for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) == -1 && errno == EBADF {
      // The lowest free number is given, which is this one.
      _ = unsafe Glibc.open("/dev/null", descriptor == 0 ? O_RDONLY : O_WRONLY)
    }
  }
}
