/// The hash of bloom filters: XXH64 with seed 0.
///
/// Source: <https://github.com/Cyan4973/xxHash/blob/v0.7.0/doc/xxhash_spec.md>.
func xxHash64(_ bytes: ByteView) -> UInt64 {
  var offset = 0
  var hash: UInt64
  if bytes.count >= 32 {
    var lanes = SIMD4<UInt64>(
      prime1 &+ prime2, prime2, 0, 0 &- prime1)
    while bytes.count - offset >= 32 {
      for lane in 0..<4 {
        lanes[lane] = round(lanes[lane], bytes.load(UInt64.self, at: offset + 8 * lane))
      }
      offset += 32
    }
    hash = rotate(lanes[0], 1) &+ rotate(lanes[1], 7)
    hash &+= rotate(lanes[2], 12) &+ rotate(lanes[3], 18)
    for lane in 0..<4 { hash = (hash ^ round(0, lanes[lane])) &* prime1 &+ prime4 }
  } else {
    hash = prime5
  }
  hash &+= UInt64(bytes.count)
  while bytes.count - offset >= 8 {
    hash ^= round(0, bytes.load(UInt64.self, at: offset))
    hash = rotate(hash, 27) &* prime1 &+ prime4
    offset += 8
  }
  if bytes.count - offset >= 4 {
    hash ^= UInt64(bytes.load(UInt32.self, at: offset)) &* prime1
    hash = rotate(hash, 23) &* prime2 &+ prime3
    offset += 4
  }
  while offset < bytes.count {
    hash ^= UInt64(bytes[offset]) &* prime5
    hash = rotate(hash, 11) &* prime1
    offset += 1
  }
  hash = (hash ^ hash >> 33) &* prime2
  hash = (hash ^ hash >> 29) &* prime3
  return hash ^ hash >> 32
}

private let prime1: UInt64 = 0x9e37_79b1_85eb_ca87
private let prime2: UInt64 = 0xc2b2_ae3d_27d4_eb4f
private let prime3: UInt64 = 0x1656_67b1_9e37_79f9
private let prime4: UInt64 = 0x85eb_ca77_c2b2_ae63
private let prime5: UInt64 = 0x27d4_eb2f_1656_67c5

@inline(__always)
private func rotate(_ value: UInt64, _ count: UInt64) -> UInt64 {
  value &<< count | value &>> (64 - count)
}

@inline(__always)
private func round(_ lane: UInt64, _ input: UInt64) -> UInt64 {
  rotate(lane &+ input &* prime2, 31) &* prime1
}
