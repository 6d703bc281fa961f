INSERT INTO staff VALUES
    ('aaaaaaaa-0000-4000-8000-000000000001', 'Dr. Ito', 'north', 'manager'),
    ('aaaaaaaa-0000-4000-8000-000000000002', 'Sam Reyes', 'north', 'desk'),
    ('aaaaaaaa-0000-4000-8000-000000000003', 'Lea Brandt', 'south', 'manager') ON CONFLICT DO NOTHING;
INSERT INTO appointments VALUES
    ('bbbbbbbb-0000-4000-8000-000000000001', 'north', 'P-100', 'R1', '2026-03-02 09:00+00', '{first visit}',
     'aaaaaaaa-0000-4000-8000-000000000001', '2026-02-01 08:00+00'),
    ('bbbbbbbb-0000-4000-8000-000000000002', 'south', 'P-200', 'R2', '2026-03-02 10:00+00', '{}',
     'aaaaaaaa-0000-4000-8000-000000000003', '2026-02-01 08:00+00') ON CONFLICT DO NOTHING;
INSERT INTO invoices VALUES (1001, 'north', 'P-100', 12000, 0), (2001, 'south', 'P-200', 8000, 8000) ON CONFLICT DO NOTHING;
