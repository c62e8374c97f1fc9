-- Run once by the image of PostgreSQL, as its superuser, in the database of the ledger: the role of the server, which owns its
-- schema and nothing else.
\set ON_ERROR_STOP on
\set password `cat /run/secrets/ledger-password`
BEGIN;
CREATE ROLE parmana LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'password';
CREATE SCHEMA parmana AUTHORIZATION parmana;
REVOKE ALL ON DATABASE :"DBNAME" FROM PUBLIC;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
-- TEMPORARY: whenever it opens its ledger, the server compares the schema with a copy that it makes.
GRANT CONNECT, TEMPORARY ON DATABASE :"DBNAME" TO parmana;
COMMIT;
