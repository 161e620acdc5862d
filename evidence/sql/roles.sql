-- Rights of a production database, run once by its owner after `migrate` (psql -v app=luqin_app -v sealer=luqin_sealer -f roles.sql).
-- The web processes may read and append; the sealer may number; nobody may change or delete what is written. Triggers and rights stop
-- accidents and stolen web credentials, not a database administrator: against those stand the witnesses outside.

REVOKE UPDATE, DELETE, TRUNCATE ON entry, seal, tile, checkpoint FROM PUBLIC;
REVOKE ALL ON entry, seal, tile, checkpoint, log_head FROM :"app", :"sealer";

GRANT SELECT, INSERT ON entry TO :"app";
GRANT SELECT ON seal, tile, checkpoint, log_head TO :"app";

GRANT SELECT ON entry TO :"sealer";
GRANT SELECT, INSERT ON seal, tile, checkpoint TO :"sealer";
GRANT SELECT, INSERT, UPDATE ON log_head TO :"sealer";
