import Testing
@testable import Dump
