/// The first byte of a b-tree page.
enum BTreePage {
  static let tableInterior: UInt8 = 0x05
  static let tableLeaf: UInt8 = 0x0D
}
