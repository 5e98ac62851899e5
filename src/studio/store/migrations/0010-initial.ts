import type { Migration } from './migrate.ts';

/**
 * A run's points arrive in `tail`, one packed row a commit (see tail.ts), and move to `blocks` when a series has a full
 * block there. first_value and last_value are NULL for NaN; min, max and their steps are NULL if no value
 * is finite.
 * Texts that many runs share (configs, settings, environments) are kept once, in `documents`.
 */
export const initial: Migration = {
  version: 10,
  up(db) {
    db.exec(`
      CREATE TABLE comparisons (
        sequence INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        problem TEXT NOT NULL,
        preset TEXT,
        backend TEXT NOT NULL,
        baselines TEXT,
        created_at REAL NOT NULL
      ) STRICT;
      CREATE INDEX comparisons_newest ON comparisons (created_at DESC, sequence DESC);

      CREATE TABLE documents (
        id INTEGER PRIMARY KEY,
        sha256 BLOB NOT NULL UNIQUE,
        json TEXT NOT NULL
      ) STRICT;

      CREATE TABLE runs (
        sequence INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        comparison INTEGER NOT NULL REFERENCES comparisons,
        name TEXT NOT NULL,
        problem TEXT NOT NULL,
        config INTEGER NOT NULL REFERENCES documents,
        estimator TEXT NOT NULL,
        settings INTEGER NOT NULL REFERENCES documents,
        seed INTEGER NOT NULL,
        backend TEXT NOT NULL,
        state TEXT NOT NULL,
        reason TEXT NOT NULL,
        step INTEGER NOT NULL,
        steps INTEGER NOT NULL,
        seconds REAL NOT NULL,
        steps_per_second REAL NOT NULL,
        evaluations REAL NOT NULL,
        metrics TEXT NOT NULL,
        environment INTEGER REFERENCES documents,
        created_at REAL NOT NULL,
        started_at REAL,
        ended_at REAL,
        notes TEXT NOT NULL,
        tags TEXT NOT NULL
      ) STRICT;
      CREATE INDEX runs_of_comparison ON runs (comparison, id);

      CREATE TABLE series (
        id INTEGER PRIMARY KEY,
        run INTEGER NOT NULL REFERENCES runs,
        name TEXT NOT NULL,
        UNIQUE (run, name)
      ) STRICT;

      CREATE TABLE blocks (
        id INTEGER PRIMARY KEY,
        series INTEGER NOT NULL REFERENCES series,
        first_step INTEGER NOT NULL,
        last_step INTEGER NOT NULL,
        count INTEGER NOT NULL,
        non_finite INTEGER NOT NULL,
        first_value REAL,
        last_value REAL,
        min REAL,
        min_step INTEGER,
        max REAL,
        max_step INTEGER,
        stride INTEGER,
        step_data BLOB,
        value_data BLOB NOT NULL,
        CHECK ((stride IS NULL) <> (step_data IS NULL)),
        UNIQUE (series, first_step)
      ) STRICT;

      CREATE TABLE tail (
        sequence INTEGER PRIMARY KEY,
        run INTEGER NOT NULL REFERENCES runs,
        points BLOB NOT NULL
      ) STRICT;
      CREATE INDEX tail_of_run ON tail (run, sequence);

      CREATE TABLE events (
        sequence INTEGER PRIMARY KEY,
        run INTEGER NOT NULL REFERENCES runs,
        at REAL NOT NULL,
        kind TEXT NOT NULL,
        step INTEGER NOT NULL,
        message TEXT NOT NULL
      ) STRICT;
      CREATE INDEX events_of_run ON events (run, sequence);
    `);
  },
};
