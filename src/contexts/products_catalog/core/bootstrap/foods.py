"""Common foods to start with.

The amounts are rounded and illustrative, written for this project: they come from no table, and no diet should follow
them.
"""

from typing import NamedTuple


class Food(NamedTuple):
    """A food with the nutrients of 100 g, the ones that most screens show."""

    name: str
    category: str
    department: str
    calories: float
    protein: float
    carbohydrate: float
    total_fat: float
    dietary_fiber: float
    sodium: float
    edible_yield: float = 1.0
    kg_per_unit: float | None = None
    liters_per_kg: float | None = None
    cooking_factor: float | None = None


FOODS: tuple[Food, ...] = (
    Food("Arroz branco", "Cereais", "Mercearia", 360, 7, 79, 1, 2, 2, cooking_factor=2.5),
    Food("Arroz integral", "Cereais", "Mercearia", 360, 7, 77, 2, 5, 2, cooking_factor=2.3),
    Food("Aveia em flocos", "Cereais", "Mercearia", 390, 14, 66, 8, 9, 5),
    Food("Quinoa", "Cereais", "Mercearia", 370, 14, 64, 6, 7, 5, cooking_factor=2.7),
    Food("Macarrão", "Massas", "Mercearia", 370, 12, 76, 1, 3, 5, cooking_factor=2.2),
    Food("Pão francês", "Padaria", "Padaria", 300, 8, 59, 3, 2, 650, kg_per_unit=0.05),
    Food("Pão integral", "Padaria", "Padaria", 250, 9, 50, 4, 7, 500, kg_per_unit=0.025),
    Food("Farinha de trigo", "Cereais", "Mercearia", 360, 10, 75, 1, 2, 1),
    Food("Feijão preto", "Leguminosas", "Mercearia", 325, 21, 59, 1, 22, 3, cooking_factor=2.4),
    Food("Feijão carioca", "Leguminosas", "Mercearia", 330, 20, 61, 1, 18, 3, cooking_factor=2.4),
    Food("Lentilha", "Leguminosas", "Mercearia", 340, 23, 62, 1, 17, 4, cooking_factor=2.5),
    Food("Grão-de-bico", "Leguminosas", "Mercearia", 355, 21, 58, 5, 12, 5, cooking_factor=2.3),
    Food("Banana", "Frutas", "Hortifruti", 90, 1, 23, 0, 2, 1, edible_yield=0.65, kg_per_unit=0.12),
    Food("Maçã", "Frutas", "Hortifruti", 55, 0, 15, 0, 2, 1, edible_yield=0.9, kg_per_unit=0.15),
    Food("Laranja", "Frutas", "Hortifruti", 45, 1, 11, 0, 2, 1, edible_yield=0.7, kg_per_unit=0.18),
    Food("Limão", "Frutas", "Hortifruti", 30, 1, 10, 0, 2, 2, edible_yield=0.45, kg_per_unit=0.08),
    Food("Morango", "Frutas", "Hortifruti", 30, 1, 7, 0, 2, 1, edible_yield=0.95),
    Food("Abacate", "Frutas", "Hortifruti", 160, 2, 9, 15, 7, 7, edible_yield=0.7, kg_per_unit=0.4),
    Food("Mamão", "Frutas", "Hortifruti", 40, 1, 10, 0, 2, 3, edible_yield=0.7, kg_per_unit=0.5),
    Food("Tomate", "Hortaliças", "Hortifruti", 18, 1, 4, 0, 1, 5, edible_yield=0.95, kg_per_unit=0.12),
    Food("Cebola", "Hortaliças", "Hortifruti", 40, 1, 9, 0, 2, 4, edible_yield=0.9, kg_per_unit=0.13),
    Food("Alho", "Hortaliças", "Hortifruti", 150, 6, 33, 1, 2, 17, edible_yield=0.85, kg_per_unit=0.005),
    Food("Cenoura", "Hortaliças", "Hortifruti", 40, 1, 10, 0, 3, 70, edible_yield=0.9, kg_per_unit=0.1),
    Food("Batata", "Hortaliças", "Hortifruti", 75, 2, 17, 0, 2, 6, edible_yield=0.85, kg_per_unit=0.15),
    Food("Batata-doce", "Hortaliças", "Hortifruti", 86, 2, 20, 0, 3, 55, edible_yield=0.85, kg_per_unit=0.2),
    Food("Brócolis", "Hortaliças", "Hortifruti", 35, 3, 7, 0, 3, 33, edible_yield=0.75),
    Food("Espinafre", "Hortaliças", "Hortifruti", 23, 3, 4, 0, 2, 80, edible_yield=0.8),
    Food("Alface", "Hortaliças", "Hortifruti", 15, 1, 3, 0, 1, 28, edible_yield=0.8, kg_per_unit=0.25),
    Food("Abobrinha", "Hortaliças", "Hortifruti", 17, 1, 3, 0, 1, 8, edible_yield=0.95, kg_per_unit=0.2),
    Food("Peito de frango", "Carnes", "Açougue", 120, 23, 0, 3, 0, 60, cooking_factor=0.7),
    Food("Coxa de frango", "Carnes", "Açougue", 160, 18, 0, 10, 0, 85, edible_yield=0.7, cooking_factor=0.7),
    Food("Patinho moído", "Carnes", "Açougue", 135, 21, 0, 5, 0, 60, cooking_factor=0.7),
    Food("Lombo suíno", "Carnes", "Açougue", 145, 22, 0, 6, 0, 55, cooking_factor=0.7),
    Food("Salmão", "Peixes", "Peixaria", 200, 20, 0, 13, 0, 60, edible_yield=0.9, cooking_factor=0.8),
    Food("Tilápia", "Peixes", "Peixaria", 95, 20, 0, 2, 0, 50, edible_yield=0.95, cooking_factor=0.8),
    Food("Sardinha", "Peixes", "Peixaria", 140, 20, 0, 6, 0, 100, edible_yield=0.65, cooking_factor=0.8),
    Food("Ovo", "Ovos", "Laticínios e ovos", 145, 13, 1, 10, 0, 140, edible_yield=0.88, kg_per_unit=0.05),
    Food("Leite integral", "Leites", "Laticínios e ovos", 61, 3, 5, 3, 0, 45, liters_per_kg=0.97),
    Food("Iogurte natural", "Leites", "Laticínios e ovos", 60, 4, 5, 3, 0, 50),
    Food("Queijo minas frescal", "Queijos", "Laticínios e ovos", 240, 17, 3, 18, 0, 300),
    Food("Muçarela", "Queijos", "Laticínios e ovos", 300, 22, 3, 22, 0, 600),
    Food("Manteiga", "Gorduras", "Laticínios e ovos", 720, 1, 0, 81, 0, 600),
    Food("Azeite de oliva", "Gorduras", "Mercearia", 880, 0, 0, 100, 0, 1, liters_per_kg=1.09),
    Food("Óleo de soja", "Gorduras", "Mercearia", 880, 0, 0, 100, 0, 0, liters_per_kg=1.09),
    Food("Castanha-do-pará", "Oleaginosas", "Mercearia", 650, 15, 14, 64, 8, 2),
    Food("Amendoim", "Oleaginosas", "Mercearia", 565, 26, 16, 49, 8, 10),
    Food("Açúcar", "Açúcares", "Mercearia", 390, 0, 99, 0, 0, 1),
    Food("Mel", "Açúcares", "Mercearia", 305, 0, 82, 0, 0, 4, liters_per_kg=0.7),
    Food("Sal", "Temperos", "Mercearia", 0, 0, 0, 0, 0, 39000),
    Food("Café em pó", "Bebidas", "Mercearia", 2, 0, 0, 0, 0, 2),
)
