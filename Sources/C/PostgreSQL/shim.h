#pragma once
#include <libpq-fe.h>

// Doors to what Swift cannot import by itself.

// PG_DIAG_SQLSTATE and its like are character constants, which have no type that the call takes.
static inline const char *receipt_pq_sqlstate(const PGresult *result) {
  return PQresultErrorField(result, PG_DIAG_SQLSTATE);
}

static inline const char *receipt_pq_message(const PGresult *result) {
  return PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
}

static inline const char *receipt_pq_hint(const PGresult *result) {
  return PQresultErrorField(result, PG_DIAG_MESSAGE_HINT);
}

// A processor that does nothing: libpq's own prints the server's notices.
static inline void receipt_pq_ignore_notice(void *argument, const char *message) {
  (void)argument;
  (void)message;
}

static inline void receipt_pq_ignore_notices(PGconn *connection) {
  PQsetNoticeProcessor(connection, receipt_pq_ignore_notice, 0);
}
