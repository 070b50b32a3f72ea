-- A small CRM: the database that is exported.
CREATE TABLE companies (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  domain TEXT,
  revenue REAL
);
INSERT INTO companies VALUES
  (1, 'Nordvik Shipping AS', 'nordvik.example', 413351.5),
  (2, 'Ægir Energi A/S', 'aegir.example', NULL),
  (3, 'Weaver & Sons', NULL, 98000.0);

CREATE TABLE deals (
  id INTEGER PRIMARY KEY,
  company_id INTEGER REFERENCES companies,
  stage TEXT NOT NULL,
  closed_at TEXT,
  contacts TEXT -- JSON: [{"email": …, "role": …}]
);
INSERT INTO deals VALUES
  (10, 1, 'Closed Won', '2026-11-02T10:00:00Z',
   '[{"email":"ida@nordvik.example","role":"buyer"},{"email":"ola@nordvik.example","role":null}]'),
  (11, 2, 'Proposal', NULL, '[]'),
  (12, 3, 'Closed Won', '2026-11-19T16:45:30.5Z', NULL);

CREATE TABLE notes (deal_id INTEGER, text TEXT);
