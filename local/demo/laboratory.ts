/**
 * The demo's laboratory: formulations, the experiments that try them, and what each batch measured. The same rows
 * every time: what looks random is taken from digests of the row's number. Runs in one transaction.
 */
export const laboratory = `
CREATE FUNCTION pg_temp.dice(what text, n bigint) RETURNS float8 IMMUTABLE LANGUAGE sql AS
  $$ SELECT ('x' || substr(md5(what || n), 1, 8))::bit(32)::bigint / 4294967296.0 $$;
CREATE FUNCTION pg_temp.pick(what text, n bigint, choices text[]) RETURNS text IMMUTABLE LANGUAGE sql AS
  $$ SELECT choices[1 + floor(pg_temp.dice(what, n) * cardinality(choices))::int] $$;
-- The sum of three dice, about normal: -1 to 1 around 0.
CREATE FUNCTION pg_temp.bell(what text, n bigint) RETURNS float8 IMMUTABLE LANGUAGE sql AS
  $$ SELECT (pg_temp.dice(what || 'a', n) + pg_temp.dice(what || 'b', n) + pg_temp.dice(what || 'c', n)) / 1.5 - 1 $$;

CREATE TYPE experiment_status AS ENUM ('planned', 'running', 'completed', 'failed', 'abandoned');
COMMENT ON TYPE experiment_status IS 'How far an experiment has come, in order';

CREATE TABLE formulations (
  formulation_id integer PRIMARY KEY,
  code text NOT NULL UNIQUE,
  name text NOT NULL,
  family text NOT NULL,
  components text[] NOT NULL,
  fractions numeric(6,4)[] NOT NULL,
  density numeric(10,3),
  properties jsonb NOT NULL,
  parent_id integer REFERENCES formulations,
  is_active boolean NOT NULL,
  created date NOT NULL,
  notes text
);
COMMENT ON TABLE formulations IS 'Recipes of coatings and adhesives, each with its components';
COMMENT ON COLUMN formulations.code IS 'What is written on the bottle';
COMMENT ON COLUMN formulations.fractions IS 'Mass fractions, in the order of components; they add up to 1';
COMMENT ON COLUMN formulations.density IS 'g/cm3 at 20 C; null where it was not measured';
COMMENT ON COLUMN formulations.parent_id IS 'The formulation that this one was derived from';

INSERT INTO formulations
SELECT n, 'F-' || lpad(n::text, 4, '0'),
  initcap(family) || ' ' || pg_temp.pick('name', n, '{clearcoat,primer,sealant,adhesive,topcoat,binder}') || ' ' || n,
  family,
  ARRAY[family || ' resin', pg_temp.pick('hardener', n, '{amine hardener,anhydride,isocyanate,peroxide}'),
    pg_temp.pick('filler', n, '{silica,"titanium dioxide",talc,"carbon black","calcium carbonate"}'), 'solvent'],
  ARRAY[resin, hardener, filler, 1 - resin - hardener - filler],
  CASE WHEN pg_temp.dice('density?', n) < 0.06 THEN NULL ELSE (0.95 + 0.9 * filler + 0.1 * pg_temp.bell('density', n))::numeric(10,3) END,
  jsonb_build_object('viscosityPas', round((2 + 3 * filler + pg_temp.bell('visc', n))::numeric, 2),
    'potLifeMinutes', 20 + floor(pg_temp.dice('pot', n) * 160)::int,
    'hazards', CASE WHEN pg_temp.dice('haz', n) < 0.4 THEN '["flammable"]' WHEN pg_temp.dice('haz', n) < 0.6
      THEN '["flammable", "irritant"]' ELSE '[]' END::jsonb),
  CASE WHEN n > 40 AND pg_temp.dice('parent?', n) < 0.55 THEN 1 + floor(pg_temp.dice('parent', n) * (n - 20))::int END,
  pg_temp.dice('active', n) < 0.8,
  date '2022-01-10' + (n * 5.5 + 3 * pg_temp.bell('made', n))::int,
  CASE WHEN pg_temp.dice('note', n) < 0.25
    THEN pg_temp.pick('which', n, '{"Settles within a week; stir before use.","Replaces the lead drier.",
      "Customer trial: ask before changing.","Yellowing under UV.\nRepeat with stabiliser."}') END
FROM (SELECT n, pg_temp.pick('family', n, '{epoxy,acrylic,polyurethane,silicone,alkyd}') AS family,
    round((0.38 + 0.1 * pg_temp.bell('resin', n))::numeric, 4) AS resin,
    round((0.16 + 0.05 * pg_temp.bell('hardener', n))::numeric, 4) AS hardener,
    round((0.20 + 0.1 * pg_temp.bell('filler', n))::numeric, 4) AS filler
  FROM generate_series(1, 200) n) AS base;

CREATE TABLE experiments (
  experiment_id bigint PRIMARY KEY,
  reference uuid NOT NULL UNIQUE,
  formulation_id integer NOT NULL REFERENCES formulations,
  title text NOT NULL,
  status experiment_status NOT NULL,
  scientist text NOT NULL,
  temperature_c numeric(10,3) NOT NULL,
  pressure_kpa numeric(10,3) NOT NULL,
  catalyst_percent real,
  yield_percent numeric(10,3),
  started timestamptz,
  finished timestamptz,
  tags text[] NOT NULL,
  conditions jsonb
);
CREATE INDEX ON experiments (formulation_id);
CREATE INDEX ON experiments (started);
COMMENT ON TABLE experiments IS 'One run in the laboratory: a formulation under chosen conditions';
COMMENT ON COLUMN experiments.temperature_c IS 'Cure temperature, degrees Celsius';
COMMENT ON COLUMN experiments.pressure_kpa IS 'Chamber pressure, kPa';
COMMENT ON COLUMN experiments.yield_percent IS 'Null until the experiment is completed';

INSERT INTO experiments
SELECT n, md5('experiment' || n)::uuid, 1 + floor(pg_temp.dice('formulation', n) ^ 1.4 * 200)::int,
  pg_temp.pick('aim', n, '{Cure,Adhesion,Ageing,Hardness,"Salt spray",Rheology}') || ' series ' || (n - 1) / 25 + 1
    || ', run ' || (n - 1) % 25 + 1,
  status,
  pg_temp.pick('who', n, '{"Amara Okafor","Björn Åkesson","Chen Wei","Dolores Núñez","Ewa Łukasik","Farid Haddad"}'),
  (95 + 40 * temperature)::numeric(10,3), (101.325 + 60 * pg_temp.dice('pressure', n))::numeric(10,3), catalyst,
  CASE WHEN status = 'completed' THEN
    (100 * least(0.995, greatest(0.2, 0.86 - 0.35 * (temperature - 0.2) ^ 2 - 0.04 * (coalesce(catalyst, 0.4) - 1.6) ^ 2
      + 0.07 * pg_temp.bell('yield', n))))::numeric(10,3) END,
  CASE WHEN status <> 'planned' THEN began END,
  CASE WHEN status IN ('completed', 'failed') THEN began + interval '1 minute' * floor(90 + 600 * pg_temp.dice('took', n)) END,
  ARRAY(SELECT tag FROM unnest('{baseline,customer,rush,repeat,humid}'::text[]) tag WHERE pg_temp.dice(tag, n) < 0.18),
  CASE WHEN pg_temp.dice('cond', n) < 0.9 THEN jsonb_build_object('humidityPercent', 30 + floor(40 * pg_temp.dice('hum', n))::int,
    'oven', pg_temp.pick('oven', n, '{A,B,C}'), 'ramp', jsonb_build_array(25, 60, (95 + 40 * temperature)::int)) END
FROM (SELECT n, pg_temp.bell('temperature', n) AS temperature,
    CASE WHEN pg_temp.dice('cat?', n) < 0.1 THEN NULL ELSE round((0.2 + 3 * pg_temp.dice('catalyst', n))::numeric, 2)::real END AS catalyst,
    (CASE WHEN n > 1980 THEN 'planned' WHEN n > 1968 THEN 'running' WHEN pg_temp.dice('end', n) < 0.88 THEN 'completed'
      WHEN pg_temp.dice('end', n) < 0.96 THEN 'failed' ELSE 'abandoned' END)::experiment_status AS status,
    timestamptz '2023-01-09 08:00+00' + n * interval '14 hours' + interval '1 second' * floor(30000 * pg_temp.dice('began', n)) AS began
  FROM generate_series(1, 2000) n) AS base;

CREATE TABLE batchresults (
  batchresult_id bigint PRIMARY KEY,
  experiment_id bigint NOT NULL REFERENCES experiments,
  batch_no smallint NOT NULL,
  measured_at timestamptz NOT NULL,
  instrument text NOT NULL,
  purity_percent numeric(10,3),
  hardness double precision,
  readings real[] NOT NULL,
  passed boolean,
  remark text,
  UNIQUE (experiment_id, batch_no)
);
COMMENT ON TABLE batchresults IS 'What was measured on each batch of an experiment';
COMMENT ON COLUMN batchresults.hardness IS 'Shore D; NaN where the instrument gave no number';
COMMENT ON COLUMN batchresults.passed IS 'Null while nobody has judged it';

INSERT INTO batchresults
SELECT row_number() OVER (ORDER BY experiment_id, batch), experiment_id, batch,
  started + batch * interval '37 minutes' + interval '1 microsecond' * floor(6e7 * pg_temp.dice('at', key)),
  pg_temp.pick('instrument', key, '{HPLC-1,HPLC-2,GC-MS,FTIR}'),
  CASE WHEN pg_temp.dice('purity?', key) < 0.03 THEN NULL ELSE (97.2 + 2.4 * pg_temp.bell('purity', key))::numeric(10,3) END,
  CASE WHEN pg_temp.dice('hard?', key) < 0.004 THEN 'NaN' ELSE round((68 + 14 * pg_temp.bell('hard', key))::numeric, 2) END,
  ARRAY(SELECT round((0.5 + 0.4 * pg_temp.bell('r' || i, key))::numeric, 3)::real FROM generate_series(1, 3 + key % 3) i),
  CASE WHEN status = 'running' THEN NULL ELSE pg_temp.dice('passed', key) < 0.91 END,
  CASE WHEN pg_temp.dice('remark', key) < 0.02
    THEN pg_temp.pick('said', key, '{"Bubbles at the edge","Column changed, see log 7","Measured twice: first value lost"}') END
FROM experiments
  CROSS JOIN LATERAL generate_series(1, 8 + (experiment_id % 6)::int) batch
  CROSS JOIN LATERAL (SELECT experiment_id * 100 + batch AS key) AS keyed
WHERE started IS NOT NULL;

CREATE VIEW experiment_summary AS
  SELECT e.experiment_id, e.title, f.code AS formulation, f.family, e.status, e.scientist, e.yield_percent,
    count(b.batchresult_id) AS batches, avg(b.purity_percent)::numeric(10,3) AS mean_purity_percent
  FROM experiments e JOIN formulations f USING (formulation_id) LEFT JOIN batchresults b USING (experiment_id)
  GROUP BY e.experiment_id, f.formulation_id;
COMMENT ON VIEW experiment_summary IS 'Each experiment with its formulation and the mean of its batches';

CREATE MATERIALIZED VIEW formulation_yields AS
  SELECT f.formulation_id, f.code, f.family, count(e.yield_percent) AS completed,
    avg(e.yield_percent)::numeric(10,3) AS mean_yield_percent, max(e.finished) AS last_finished
  FROM formulations f LEFT JOIN experiments e USING (formulation_id) GROUP BY f.formulation_id;
CREATE UNIQUE INDEX ON formulation_yields (formulation_id);
COMMENT ON MATERIALIZED VIEW formulation_yields IS 'Yields by formulation, as of the last refresh';
`
