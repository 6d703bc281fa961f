"""What is computed from ingredients, as JSON."""

from src.contexts.shared_kernel.adapters.api_schemas.base import ApiModel


class ApiMacroPercentages(ApiModel):
    """The shares of the energy from carbohydrate, protein and fat, 0 to 100."""

    carbohydrate: float
    protein: float
    total_fat: float
