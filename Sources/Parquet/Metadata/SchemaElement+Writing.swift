extension SchemaElement {
  /// Writes the fields of the element, both annotations included.
  func write(to thrift: inout CompactProtocolWriter, isRoot: Bool) {
    if let physicalType { thrift.write(1, physicalType.rawValue) }
    if let typeLength { thrift.write(2, typeLength) }
    if let repetition {
      thrift.write(3, repetition.rawValue)
    } else if !isRoot {
      // The format demands one, and readers take a missing one as this.
      thrift.write(3, Repetition.required.rawValue)
    }
    thrift.write(4, name)
    if physicalType == nil { thrift.write(5, childCount) }
    if let convertedType { thrift.write(6, convertedType) }
    if let scale { thrift.write(7, scale) }
    if let precision { thrift.write(8, precision) }
    if let fieldID { thrift.write(9, fieldID) }
    if let annotationSource {
      thrift.structure(10, copying: annotationSource)
    } else if case .known(let type) = annotation {
      thrift.structure(10) { type.write(to: &$0) }
    }
  }
}

extension LogicalType {
  /// Writes the union's member.
  fileprivate func write(to thrift: inout CompactProtocolWriter) {
    switch self {
    case .string: thrift.emptyStructure(1)
    case .map: thrift.emptyStructure(2)
    case .list: thrift.emptyStructure(3)
    case .enumeration: thrift.emptyStructure(4)
    case .decimal(let precision, let scale):
      thrift.structure(5) {
        $0.write(1, Int32(truncatingIfNeeded: scale))
        $0.write(2, Int32(truncatingIfNeeded: precision))
      }
    case .date: thrift.emptyStructure(6)
    case .time(let unit, let isAdjustedToUTC):
      thrift.structure(7) { unit.write(to: &$0, isAdjustedToUTC) }
    case .timestamp(let unit, let isAdjustedToUTC):
      thrift.structure(8) { unit.write(to: &$0, isAdjustedToUTC) }
    case .integer(let bitWidth, let isSigned):
      thrift.structure(10) {
        $0.write(1, Int8(truncatingIfNeeded: bitWidth))
        $0.write(2, isSigned)
      }
    case .unknown: thrift.emptyStructure(11)
    case .json: thrift.emptyStructure(12)
    case .bson: thrift.emptyStructure(13)
    case .uuid: thrift.emptyStructure(14)
    case .float16: thrift.emptyStructure(15)
    case .variant: thrift.emptyStructure(16)
    case .geometry: thrift.emptyStructure(17)
    case .geography: thrift.emptyStructure(18)
    // INTERVAL exists as a converted type only.
    case .interval: break
    }
  }
}

extension LogicalType.TimeUnit {
  fileprivate func write(to thrift: inout CompactProtocolWriter, _ isAdjustedToUTC: Bool) {
    thrift.write(1, isAdjustedToUTC)
    thrift.structure(2) {
      switch self {
      case .milliseconds: $0.emptyStructure(1)
      case .microseconds: $0.emptyStructure(2)
      case .nanoseconds: $0.emptyStructure(3)
      }
    }
  }
}
