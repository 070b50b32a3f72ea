import ArgumentParser
import Operations

/// The flags of loads as a watch has them: the same as of `receipt load`, and settings too.
struct WatchLoadOptionGroup: ParsableArguments {
  @Option(help: "Tables to load, separated by commas; all if not given.")
  var tables: String?

  @Option(help: "How many of its rows a table may lose; 50% if not given.")
  var maxDrop: String?

  @Option(help: "A table that may lose all of them; repeatable.")
  var allowEmpty: [String] = []

  @Option(help: "Columns: freeze, additive, evolve; with --copy-to a schema's name.")
  var schema: String?

  @Flag(help: "Replace tables of the dump's names that no load has made.")
  var adopt = false

  @Option(help: "How much is checked first: none, quick, standard, deep.")
  var verify: String?

  @Option(help: "Structs: columns, or json text.")
  var nested: String?

  @Option(help: "Decimals: exact text, or real.")
  var decimal: String?

  @Option(help: "Unsigned 64-bit numbers above 2^63-1: error or text.")
  var uint64: String?

  @Flag(help: "Write a Z behind timestamps that the file does not call UTC.")
  var assumeUTC = false

  @Option(help: "Threads that decode and write; all processors if not given.")
  var jobs: String?

  @Option(help: "Memory that reading may take; 256MiB if not given.")
  var maxMemory: String?

  @Option(help: "Another may take over when a load was not heard of for so long.")
  var lease: String?

  @Option(help: "How long to wait for other users of the database.")
  var busyTimeout: String?

  @OptionGroup var building: LoadBuildingOptions

  /// What the command line says.
  var flags: [WatchSetting: String] {
    var flags = building.flags
    flags[.tables] = tables
    flags[.maxDrop] = maxDrop
    if !allowEmpty.isEmpty { flags[.allowEmpty] = allowEmpty.joined(separator: ",") }
    flags[.schema] = schema
    if adopt { flags[.adopt] = "true" }
    flags[.verify] = verify
    flags[.nested] = nested
    flags[.decimal] = decimal
    flags[.uint64] = uint64
    if assumeUTC { flags[.assumeUTC] = "true" }
    flags[.jobs] = jobs
    flags[.maxMemory] = maxMemory
    flags[.lease] = lease
    flags[.busyTimeout] = busyTimeout
    return flags
  }
}

/// The flags about S3 are settings of a watch too.
extension S3OptionGroup {
  /// What the command line says.
  var flags: [WatchSetting: String] {
    var flags: [WatchSetting: String] = [:]
    flags[.region] = region
    flags[.endpointURL] = endpointURL
    flags[.profile] = profile
    flags[.assumeRole] = assumeRole
    flags[.externalID] = externalID
    flags[.sessionName] = sessionName
    flags[.caBundle] = caBundle
    flags[.connections] = connections.map(String.init)
    flags[.timeout] = timeout.map(String.init)
    if pathStyle { flags[.pathStyle] = "true" }
    return flags
  }
}
