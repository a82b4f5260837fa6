-- Which programs may use these tables: one that knows fewer migrations than this may not. A migration that the program before it
-- can live with leaves the row alone; one that it cannot sets it to the migration's own number.
CREATE TABLE least_migration (
    -- Always 1: there is one row.
    id BIGINT PRIMARY KEY,
    version BIGINT NOT NULL
);
INSERT INTO least_migration (id, version) VALUES (1, 8);
