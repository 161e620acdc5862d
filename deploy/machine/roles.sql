-- Rights of the two roles that run in production; `manage.py grant_roles` makes the roles and runs this after every `migrate`.
-- Stolen credentials of the web servers can change no evidence: for the ledger's own tables evidence/sql/roles.sql comes after this
-- and takes away what is given here.

GRANT USAGE ON SCHEMA public TO :"app", :"sealer";
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO :"app";
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO :"app";
REVOKE INSERT, UPDATE, DELETE ON spatial_ref_sys, django_migrations FROM :"app";
