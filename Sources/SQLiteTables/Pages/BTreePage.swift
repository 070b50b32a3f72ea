/// The first byte of a b-tree page.
enum BTreePage {
  static let indexInterior: UInt8 = 0x02
  static let tableInterior: UInt8 = 0x05
  static let indexLeaf: UInt8 = 0x0A
  static let tableLeaf: UInt8 = 0x0D
}
