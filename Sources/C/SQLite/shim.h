#pragma once
#include <sqlite3.h>

// Doors to what Swift cannot import by itself.

// sqlite3_config is variadic. Without the memory statistics, and so without their global mutex,
// two threads that work on two database files do not wait for each other.
static inline int receipt_sqlite_disable_memory_statistics(void) {
  return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

// SQLITE_TRANSIENT is a cast of -1 to a function pointer, which Swift has no word for.
// SQLite copies the bytes before the call returns.
static inline int receipt_sqlite_bind_text_copy(
    sqlite3_stmt *statement, int index, const char *text, sqlite3_uint64 byte_count) {
  return sqlite3_bind_text64(
      statement, index, text, byte_count, SQLITE_TRANSIENT, SQLITE_UTF8);
}

static inline int receipt_sqlite_bind_blob_copy(
    sqlite3_stmt *statement, int index, const void *blob, sqlite3_uint64 byte_count) {
  return sqlite3_bind_blob64(statement, index, blob, byte_count, SQLITE_TRANSIENT);
}
