INSERT INTO recipes_catalog.meals
    (id, created_at, updated_at, version, discarded, author_id, name, tags, weight_in_grams, calories, protein,
     carbohydrate, total_fat, calorie_density, menu_id, "like")
SELECT gen_random_uuid()::text, now() - n * interval '1 minute', now() - n % 5000 * interval '1 hour', 1, n % 50 = 0,
       'author-' || n % 200,
       (ARRAY['Arroz', 'Feijão', 'Leite', 'Pão', 'Maçã'])[1 + n % 5] || ' ' || n % 20000,
       jsonb_build_array(
           jsonb_build_object('key', 'cuisine', 'value', (ARRAY['italian', 'thai', 'indian', 'local'])[1 + n % 4],
                              'author_id', 'author-' || n % 200, 'type', 'meal'),
           jsonb_build_object('key', 'type', 'value', (ARRAY['lunch', 'dinner', 'breakfast'])[1 + n % 3],
                              'author_id', 'author-' || n % 200, 'type', 'meal')),
       random() * 1000, random() * 1000, random() * 100, random() * 100, random() * 50, random() * 500,
       CASE WHEN n % 20 = 0 THEN gen_random_uuid()::text END, (ARRAY[true, false, NULL])[1 + n % 3]
FROM generate_series(1, 50000) n;
INSERT INTO recipes_catalog.recipes
    (id, created_at, updated_at, version, discarded, author_id, name, tags, weight_in_grams, calories, protein,
     carbohydrate, total_fat, calorie_density, meal_id, position, instructions, ingredients, total_time, privacy,
     ratings, average_taste_rating, average_convenience_rating)
SELECT gen_random_uuid()::text, created_at, updated_at - k * interval '1 second', 1, discarded, author_id, name, tags,
       random() * 1000, random() * 1000, random() * 100, random() * 100, random() * 50, random() * 500, id, k, 'Cook.',
       jsonb_build_array(jsonb_build_object(
           'name', 'x', 'quantity', 1, 'unit', 'g', 'position', 0, 'full_text', NULL,
           'product_id', '00000000-0000-4000-8000-' || lpad((random() * 3000)::int::text, 12, '0'))),
       (random() * 120)::int, CASE WHEN random() < 0.5 THEN 'private' ELSE 'public' END,
       jsonb_build_array(jsonb_build_object('user_id', 'rater', 'recipe_id', id, 'taste', 4, 'convenience', 2,
                                            'comment', NULL)),
       CASE WHEN random() < 0.3 THEN random() * 5 END, CASE WHEN random() < 0.3 THEN random() * 5 END
FROM recipes_catalog.meals CROSS JOIN generate_series(0, 1) k;
INSERT INTO recipes_catalog.clients
    (id, created_at, updated_at, version, discarded, author_id, name, profile, tags)
SELECT gen_random_uuid()::text, now() - n * interval '1 minute', now() - n % 5000 * interval '1 hour', 1, false,
       'author-' || n % 200, 'Ana ' || n, jsonb_build_object('name', 'Ana ' || n, 'birthday', NULL, 'sex', NULL),
       jsonb_build_array(jsonb_build_object('key', 'goal', 'value', (ARRAY['strength', 'rest'])[1 + n % 2],
                                            'author_id', 'author-' || n % 200, 'type', 'client'))
FROM generate_series(1, 20000) n;
INSERT INTO recipes_catalog.menus
    (id, created_at, updated_at, version, discarded, author_id, client_id, meals, tags)
SELECT gen_random_uuid()::text, created_at, updated_at, 1, false, author_id, id,
       (SELECT jsonb_agg(jsonb_build_object('meal_id', m.id, 'meal_name', m.name, 'nutri_facts', NULL, 'week', 1,
                                            'weekday', 'monday', 'hour', NULL, 'meal_type', 'lunch'))
        FROM (SELECT id, name FROM recipes_catalog.meals WHERE author_id = clients.author_id LIMIT 5) m), '[]'
FROM recipes_catalog.clients;
INSERT INTO recipes_catalog.tags (id, created_at, updated_at, version, discarded, author_id, key, value, type)
SELECT gen_random_uuid()::text, now(), now() - n * interval '1 minute', 1, false, 'author-' || n % 200,
       (ARRAY['cuisine', 'type', 'goal'])[1 + n % 3], 'value ' || n, (ARRAY['recipe', 'meal'])[1 + n % 2]
FROM generate_series(1, 20000) n;
VACUUM ANALYZE
