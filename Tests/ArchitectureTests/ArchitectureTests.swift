import Testing

/// The rules that keep the package readable, held against its own source.
struct ArchitectureTests {
  /// What each module may import: arrows point down only.
  private static let allowed: [String: Set<String>] = [
    "Parquet": [
      "CReceiptBrotli", "CReceiptLZ4", "CReceiptSnappy", "CReceiptZlib", "CReceiptZstd",
    ],
    "Dump": [],
    "OpenSSLCrypto": ["CReceiptOpenSSL"],
    "CurlHTTP": ["CReceiptCurl", "Glibc", "Synchronization"],
    "AWS": [
      "CReceiptExpat", "CurlHTTP", "OpenSSLCrypto", "FoundationEssentials", "Glibc",
      "Synchronization",
    ],
    "ObjectStorage": ["AWS", "CurlHTTP", "OpenSSLCrypto", "Glibc", "Synchronization"],
    "PostgreSQLTables": [
      "CReceiptPostgreSQL", "Parquet", "Glibc", "Darwin", "Synchronization",
    ],
    "SQLiteTables": [
      "CReceiptProcessor", "CReceiptSQLite", "Parquet", "Glibc", "Darwin", "Synchronization",
    ],
    "Warehouse": [
      "AWS", "CurlHTTP", "Dump", "OpenSSLCrypto", "FoundationEssentials", "Synchronization",
    ],
    "HTTPServing": ["FlyingSocks", "FoundationEssentials", "Glibc", "Synchronization"],
    "Operations": [
      "AWS", "CReceiptSystem", "CurlHTTP", "Dump", "HTTPServing", "ObjectStorage",
      "OpenSSLCrypto", "Parquet", "PostgreSQLTables", "SQLiteTables", "Warehouse", "Dispatch",
      "FoundationEssentials", "Glibc",
      "Logging", "Synchronization", "Yams",
    ],
    "receipt": [
      "AWS", "ArgumentParser", "Warehouse", "Dump", "ObjectStorage", "Operations", "Parquet",
      "SQLiteTables", "FoundationEssentials", "Glibc", "Logging", "Synchronization",
    ],
  ]

  /// Folders that are pure: no system calls, no clock, no input or output.
  private static let pure = [
    "Sources/Parquet/", "Sources/Dump/", "Sources/PostgreSQLTables/Rows/",
    "Sources/SQLiteTables/Pages/", "Sources/AWS/Signing/", "Sources/Warehouse/Plans/",
  ]

  /// The files in which `unsafe` may stand: memory, kernels that checked their bounds once, and the
  /// wrappers of C libraries and system calls.
  private static let unsafeFiles: Set<String> = [
    // Memory of our own.
    "Sources/Parquet/Memory/Buffer+Bytes.swift",
    "Sources/Parquet/Memory/Buffer.swift",
    "Sources/Parquet/Memory/ByteBuffer.swift",
    "Sources/Parquet/Memory/ByteCopying.swift",
    "Sources/Parquet/Memory/ByteView.swift",
    "Sources/Parquet/Memory/ValueBuffer.swift",
    "Sources/Parquet/Memory/Values.swift",
    "Sources/PostgreSQLTables/Rows/CopyRows.swift",
    "Sources/PostgreSQLTables/Rows/WireBytes.swift",
    "Sources/SQLiteTables/Pages/Cell.swift",
    "Sources/SQLiteTables/Pages/PageMemory.swift",
    // Codecs.
    "Sources/Parquet/Codecs/Brotli.swift",
    "Sources/Parquet/Codecs/Gzip.swift",
    "Sources/Parquet/Codecs/GzipStream.swift",
    "Sources/Parquet/Codecs/LZ4.swift",
    "Sources/Parquet/Codecs/Snappy.swift",
    "Sources/Parquet/Codecs/Zstd.swift",
    // Kernels.
    "Sources/Parquet/Encodings/BitPackedLevelDecoder.swift",
    "Sources/Parquet/Encodings/BitPacking.swift",
    "Sources/Parquet/Encodings/BitUnpacking.swift",
    "Sources/Parquet/Encodings/ByteStreamSplitDecoder.swift",
    "Sources/Parquet/Encodings/ByteStreamSplitEncoder.swift",
    "Sources/Parquet/Encodings/DeltaBinaryPackedDecoder.swift",
    "Sources/Parquet/Encodings/DeltaBinaryPackedEncoder.swift",
    "Sources/Parquet/Encodings/DeltaByteArrayDecoder.swift",
    "Sources/Parquet/Encodings/DeltaLengthByteArrayDecoder.swift",
    "Sources/Parquet/Encodings/PlainDecoders.swift",
    "Sources/Parquet/Encodings/RunLengthDecoder.swift",
    "Sources/Parquet/Encodings/RunLengthEncoder.swift",
    "Sources/Parquet/JSON/LeafCursor.swift",
    "Sources/Parquet/JSON/RowAssembler.swift",
    "Sources/Parquet/Reading/ByteRangeSource.swift",
    "Sources/Parquet/Reading/ColumnChunkReader+Skipping.swift",
    "Sources/Parquet/Reading/ColumnChunkReader.swift",
    "Sources/Parquet/Reading/ColumnVector+Access.swift",
    "Sources/Parquet/Reading/ColumnVector+Filling.swift",
    "Sources/Parquet/Reading/ColumnVector.swift",
    "Sources/Parquet/Reading/LevelCount.swift",
    "Sources/Parquet/Reading/LevelDecoder.swift",
    "Sources/Parquet/Text/CalendarText.swift",
    "Sources/Parquet/Text/JSONText.swift",
    "Sources/Parquet/Text/TextBlock.swift",
    "Sources/Parquet/Text/TextBuffer.swift",
    "Sources/Parquet/Text/UTF8Validation.swift",
    "Sources/Parquet/Writing/ColumnBuilder+Append.swift",
    "Sources/Parquet/Writing/ColumnBuilder+Shredded.swift",
    "Sources/Parquet/Writing/ColumnBuilder.swift",
    "Sources/Parquet/Writing/ColumnValues.swift",
    "Sources/Parquet/Writing/PageContents.swift",
    "Sources/Parquet/Writing/ValueDictionary.swift",
    "Sources/SQLiteTables/Conversion/BytesConverter.swift",
    "Sources/SQLiteTables/Conversion/CellText.swift",
    "Sources/SQLiteTables/Conversion/ColumnConverter.swift",
    "Sources/SQLiteTables/Conversion/DictionaryCells.swift",
    "Sources/SQLiteTables/Conversion/NumberConverters.swift",
    "Sources/SQLiteTables/Conversion/RowValue.swift",
    "Sources/SQLiteTables/Pages/IndexCell.swift",
    "Sources/SQLiteTables/Pages/IndexLeaf.swift",
    "Sources/SQLiteTables/Pages/LeafRun.swift",
    "Sources/SQLiteTables/Pages/LeafRunWriter+LongRow.swift",
    "Sources/SQLiteTables/Pages/LeafRunWriter.swift",
    "Sources/SQLiteTables/Pages/NumberForms.swift",
    "Sources/SQLiteTables/Pages/OverflowChain.swift",
    "Sources/SQLiteTables/Pages/RowWindow+Encode.swift",
    "Sources/SQLiteTables/Pages/RowWindow.swift",
    "Sources/SQLiteTables/Pages/Varint.swift",
    "Sources/SQLiteTables/Reading/DatabaseSnapshot.swift",
    "Sources/SQLiteTables/Reading/ExportColumn.swift",
    "Sources/SQLiteTables/Reading/ExportColumns.swift",
    "Sources/SQLiteTables/Reading/MappedFile.swift",
    "Sources/SQLiteTables/Reading/PageScan.swift",
    "Sources/SQLiteTables/Reading/KeyScan.swift",
    "Sources/SQLiteTables/Reading/RowBatch.swift",
    "Sources/SQLiteTables/Reading/StoredValue.swift",
    "Sources/SQLiteTables/Marks/MarkCollector.swift",
    "Sources/SQLiteTables/Marks/MarkSet.swift",
    "Sources/SQLiteTables/Marks/MarkTable.swift",
    "Sources/SQLiteTables/Marks/RowMark.swift",
    "Sources/SQLiteTables/Sorting/GrowingMemory.swift",
    "Sources/SQLiteTables/Sorting/KeyBuffer+Sorting.swift",
    "Sources/SQLiteTables/Sorting/KeyBuffer.swift",
    "Sources/SQLiteTables/Sorting/KeyCollector.swift",
    "Sources/SQLiteTables/Sorting/KeyRuns.swift",
    "Sources/SQLiteTables/Sorting/ScratchFile.swift",
    // The libraries of C and the operating system.
    "Sources/CurlHTTP/EasyHandle.swift",
    "Sources/CurlHTTP/Transfer.swift",
    "Sources/CurlHTTP/TransferLoop.swift",
    "Sources/OpenSSLCrypto/Digest.swift",
    "Sources/OpenSSLCrypto/CertificateKey.swift",
    "Sources/OpenSSLCrypto/KeyHandle.swift",
    "Sources/OpenSSLCrypto/RSAKey.swift",
    "Sources/AWS/Credentials/ShellCommand.swift",
    "Sources/AWS/XML/XMLElement+Parsing.swift",
    "Sources/ObjectStorage/BlockingCall.swift",
    "Sources/ObjectStorage/Checksums/CRC.swift",
    "Sources/ObjectStorage/DirectoryStore+Writing.swift",
    "Sources/ObjectStorage/DirectoryStore.swift",
    "Sources/ObjectStorage/FolderDescriptor.swift",
    "Sources/ObjectStorage/LocalFile.swift",
    "Sources/ObjectStorage/StagedFile.swift",
    "Sources/ObjectStorage/StorageError+Checks.swift",
    "Sources/ObjectStorage/SystemCall.swift",
    "Sources/Operations/Ledger/ThisProcess.swift",
    "Sources/Operations/Load/DiskSpace.swift",
    "Sources/Operations/Load/JournalWriteBack.swift",
    "Sources/Operations/Load/TargetFile.swift",
    "Sources/Operations/Measures.swift",
    "Sources/Operations/Mirror/MirrorLog.swift",
    "Sources/Operations/Prefetch/MutableRawSpan+Filling.swift",
    "Sources/Operations/Watch/Intake/ChildProcess.swift",
    "Sources/Operations/Watch/State/StateLock.swift",
    "Sources/Operations/Watch/State/WatchState.swift",
    "Sources/Operations/Watch/State/WorkThread.swift",
    "Sources/Operations/Watch/Ways/DirectoryChanges.swift",
    "Sources/Operations/Watch/Ways/SystemdNotifier.swift",
    "Sources/Operations/Workers/WorkQueue.swift",
    "Sources/Operations/Verify/DeepCheck.swift",
    "Sources/PostgreSQLTables/Connection/CStrings.swift",
    "Sources/PostgreSQLTables/Connection/Connection+Errors.swift",
    "Sources/PostgreSQLTables/Connection/Connection+Statements.swift",
    "Sources/PostgreSQLTables/Connection/Connection.swift",
    "Sources/PostgreSQLTables/Connection/PostgreSQLURL.swift",
    "Sources/PostgreSQLTables/Connection/Semaphore.swift",
    "Sources/SQLiteTables/Database/Database.swift",
    "Sources/SQLiteTables/Database/FileUsers.swift",
    "Sources/SQLiteTables/Database/HiddenName.swift",
    "Sources/SQLiteTables/Database/LockHolders.swift",
    "Sources/SQLiteTables/Database/SQLiteLibrary.swift",
    "Sources/SQLiteTables/Database/StagedFile.swift",
    "Sources/SQLiteTables/Database/Statement.swift",
    "Sources/receipt/Terminal/Interruption.swift",
    "Sources/receipt/Terminal/OutputFile.swift",
    "Sources/receipt/Terminal/StandardOutput.swift",
    "Sources/receipt/Terminal/StandardStreams.swift",
  ]

  @Test func `every module imports only what lies below it`() {
    for file in SourceTree.sources {
      let allowed = Self.allowed[file.module]
      #expect(allowed != nil, "\(file.path) is in a module without a rule")
      for module in file.imports {
        #expect(allowed?.contains(module) == true, "\(file.path) imports \(module)")
      }
    }
  }

  @Test func `every C library is imported by exactly one module`() {
    var importers: [String: Set<String>] = [:]
    for file in SourceTree.sources {
      for module in file.imports where module.hasPrefix("CReceipt") {
        importers[module, default: []].insert(file.module)
      }
    }
    #expect(importers.count == 12)
    for (library, modules) in importers {
      #expect(modules.count == 1, "\(library) is imported by \(modules.sorted())")
    }
  }

  @Test func `pure folders know neither files nor clocks nor threads`() {
    for file in SourceTree.sources
    where Self.pure.contains(where: { file.path.hasPrefix($0) }) {
      let impure = file.imports.filter { $0.hasPrefix("Foundation") || $0 == "Glibc" }
      #expect(impure.isEmpty, "\(file.path) imports \(impure)")
      for line in file.code {
        #expect(!line.contains(/\b(async|await|ContinuousClock|Date)\b/), "\(file.path): \(line)")
      }
    }
  }

  @Test func `unsafe code is in the listed files, and each of them has some`() {
    let found = Set(
      SourceTree.sources.filter { file in file.code.contains { $0.contains(/\bunsafe\b/) } }
        .map(\.path))
    #expect(found.subtracting(Self.unsafeFiles).sorted() == [])
    #expect(Self.unsafeFiles.subtracting(found).sorted() == [])
  }

  @Test(arguments: [
    ("try!", "errors are thrown on"),
    ("as!", "a cast may fail"),
    ("fatalError(", "no input ends the program"),
    ("[Any]", "values have types"),
    ("TODO", "what is left is in an issue"),
    ("FIXME", "what is left is in an issue"),
  ])
  func `banned constructs do not occur`(_ word: String, _ reason: String) {
    for file in SourceTree.sources {
      for (number, line) in file.code.enumerated() {
        #expect(!line.contains(word), "\(file.path):\(number + 1): \(reason)")
      }
    }
  }

  @Test func `libraries print nothing`() {
    for file in SourceTree.sources where file.module != "receipt" {
      for line in file.code {
        #expect(!line.contains(/(^|[^.\w])print\(/), "\(file.path): \(line)")
      }
    }
  }

  @Test func `no file is longer than 300 lines`() {
    for file in SourceTree.sources {
      #expect(file.lines.count <= 301, "\(file.path) has \(file.lines.count) lines")
    }
  }
}
