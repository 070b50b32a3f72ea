/// The values of one column for the row group that is being built, without its nulls.
///
/// The first ones are indices into a dictionary, as long as that pays; the rest is in the PLAIN
/// encoding. Values come in as many at a time, and an appending method takes only some of them when
/// it is time to look whether the dictionary pays: ``settle(lastRow:)`` decides that, and the caller
/// goes on with the rest.
@safe
struct ColumnValues: ~Copyable {
  let shape: ValueShape
  /// The number of values.
  private(set) var count = 0
  private(set) var dictionary: ValueDictionary
  /// Indices of the first values.
  private(set) var indices = Buffer<UInt32>()
  /// The values behind those, in the PLAIN encoding; booleans have one byte each.
  private(set) var plain = Buffer<UInt8>()
  /// Whether new values are looked up in the dictionary.
  private(set) var usesDictionary: Bool
  private let startsWithDictionary: Bool
  private let dictionaryByteLimit: Int
  /// The number of values at which to look next.
  private var nextLook = ColumnValues.firstLook

  private static let firstLook = 1_024

  init(_ settings: ColumnSettings) {
    shape = ValueShape(settings.column)
    dictionary = ValueDictionary(shape: shape)
    dictionaryByteLimit = settings.dictionaryByteLimit
    startsWithDictionary = settings.usesDictionary
    usesDictionary = startsWithDictionary
  }

  mutating func removeAll() {
    count = 0
    dictionary.removeAll()
    indices.removeAll()
    plain.removeAll()
    usesDictionary = startsWithDictionary
    nextLook = ColumnValues.firstLook
  }

  // MARK: Appending

  /// Appends numbers of the column's width; returns how many were taken.
  @unsafe
  mutating func append<T: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    numbers: UnsafePointer<T>, count wanted: Int
  ) -> Int {
    guard usesDictionary else {
      unsafe appendPlain(numbers, byteCount: wanted * MemoryLayout<T>.size)
      count += wanted
      return wanted
    }
    let limit = min(wanted, nextLook - indices.count)
    indices.reserve(indices.count + limit)
    let target = unsafe indices.base + indices.count
    var taken = 0
    while taken < limit, dictionary.plain.count <= dictionaryByteLimit {
      unsafe target[taken] = dictionary.index(ofNumber: numbers[taken])
      taken += 1
    }
    tookIndices(taken)
    return taken
  }

  /// Appends byte arrays; returns how many were taken.
  @unsafe
  mutating func append(views: UnsafePointer<ByteView>, count wanted: Int) -> Int {
    guard usesDictionary else {
      for index in 0..<wanted { unsafe plain.append(views[index], shape) }
      count += wanted
      return wanted
    }
    let limit = min(wanted, nextLook - indices.count)
    indices.reserve(indices.count + limit)
    let taken = unsafe dictionary.indices(
      ofBytes: views, count: limit, upTo: dictionaryByteLimit, into: indices.base + indices.count)
    tookIndices(taken)
    return taken
  }

  /// Appends values by their index in another dictionary; returns how many were taken.
  ///
  /// - Precondition: ``usesDictionary``, and all are indices of `map`.
  @unsafe
  mutating func append(
    indices source: UnsafePointer<Int32>, count wanted: Int, map: inout DictionaryMap
  ) -> Int {
    let limit = min(wanted, nextLook - indices.count)
    indices.reserve(indices.count + limit)
    let target = unsafe indices.base + indices.count
    var taken = 0
    while taken < limit {
      let foreign = unsafe Int(source[taken])
      var own = map.own(foreign)
      if own < 0 {
        if dictionary.plain.count > dictionaryByteLimit { break }
        own = Int32(bitPattern: index(of: foreign, in: map))
        map.set(foreign, own)
      }
      unsafe target[taken] = UInt32(bitPattern: own)
      taken += 1
    }
    tookIndices(taken)
    return taken
  }

  @inline(never)
  private mutating func index(of foreign: Int, in map: borrowing DictionaryMap) -> UInt32 {
    switch shape {
    case .word4: dictionary.index(ofNumber: map.number(UInt32.self, foreign))
    case .word8: dictionary.index(ofNumber: map.number(UInt64.self, foreign))
    case .boolean, .fixed, .variable: dictionary.index(ofBytes: map.view(foreign))
    }
  }

  private mutating func tookIndices(_ taken: Int) {
    indices.count += taken
    count += taken
  }

  @unsafe
  private mutating func appendPlain(_ source: UnsafeRawPointer, byteCount: Int) {
    plain.reserve(plain.count + byteCount)
    unsafe UnsafeMutableRawPointer(plain.base + plain.count)
      .copyMemory(from: source, byteCount: byteCount)
    plain.count += byteCount
  }

  // MARK: Looking

  /// The bytes of the dictionary page and of the indices into it.
  var dictionaryByteCount: Int {
    dictionary.plain.count + indices.count * bitWidth(of: max(1, dictionary.count - 1)) / 8
  }

  /// The bytes of the values that the indices stand for, in the PLAIN encoding.
  var indexedByteCount: Int {
    unsafe dictionary.byteCount(of: indices.base, count: indices.count)
  }

  /// Looks whether new values shall go on being looked up, once an appending method has taken fewer
  /// than it was given.
  ///
  /// Nearly all values being different speaks against it. Where the dictionary has become too large,
  /// the values so far keep their indices if that pays.
  ///
  /// - Parameter lastRow: gives the number of values before the row that the value at an index belongs
  ///   to; a page holds whole rows and is encoded in one way.
  mutating func settle(lastRow: (Int) -> Int) {
    guard usesDictionary else { return }
    let isFull = dictionary.plain.count > dictionaryByteLimit
    if !isFull, dictionary.count <= count - count / 64 {
      if count >= nextLook { nextLook *= 4 }
      return
    }
    usesDictionary = false
    expand(from: isFull && dictionaryByteCount < indexedByteCount ? lastRow(count) : 0)
  }

  /// Gives the dictionary up if the values take less space without it.
  ///
  /// To be called when all values are there.
  mutating func finish() {
    if indices.count > 0, dictionaryByteCount >= indexedByteCount { expand(from: 0) }
    usesDictionary = false
  }

  /// Replaces the indices from `first` on by the values themselves.
  private mutating func expand(from first: Int) {
    var values = Buffer<UInt8>()
    unsafe dictionary.gather(
      indices.base + first, count: indices.count - first, to: &values)
    values.append(plain.view)
    plain = values
    indices.count = first
    if first == 0 { dictionary.removeAll() }
  }
}

/// Which entry of a writer's dictionary belongs to which of a reader's, as far as it is known.
@safe
struct DictionaryMap: ~Copyable {
  private(set) var source: DictionaryValues?
  private var indices = Buffer<Int32>()

  /// Whether the map is about this dictionary.
  func belongs(to dictionary: DictionaryValues) -> Bool { source === dictionary }

  /// Begins anew, with another dictionary or for another row group.
  mutating func begin(_ dictionary: DictionaryValues?) {
    source = dictionary
    indices.removeAll()
    indices.append(repeating: -1, count: dictionary?.count ?? 0)
  }

  /// The writer's index; −1 if there is none yet.
  @inline(__always)
  func own(_ foreign: Int) -> Int32 { indices[foreign] }

  mutating func set(_ foreign: Int, _ own: Int32) { indices[foreign] = own }

  func number<T: BitwiseCopyable>(_ type: T.Type, _ foreign: Int) -> T {
    precondition(foreign >= 0 && foreign < indices.count)
    guard let source else { preconditionFailure("the map has no dictionary") }
    return unsafe source.values.pointer(T.self)[foreign]
  }

  func view(_ foreign: Int) -> ByteView { number(ByteView.self, foreign) }
}
