CREATE TABLE IF NOT EXISTS staff (
    sub text PRIMARY KEY,
    name text NOT NULL,
    clinic text NOT NULL,
    role text
);
CREATE TABLE IF NOT EXISTS appointments (
    id uuid PRIMARY KEY,
    clinic text NOT NULL,
    patient text NOT NULL,
    room text NOT NULL,
    starts_at timestamptz NOT NULL,
    notes text[] NOT NULL DEFAULT '{}',
    booked_by text NOT NULL,
    booked_at timestamptz NOT NULL
);
CREATE TABLE IF NOT EXISTS invoices (
    number integer PRIMARY KEY,
    clinic text NOT NULL,
    patient text NOT NULL,
    cents integer NOT NULL CHECK (cents > 0),
    paid integer NOT NULL DEFAULT 0
);
