import Testing
@testable import SQLiteTables
