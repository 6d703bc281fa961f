from functools import partial

from shop.kernel import LambdaHelpers
from shop.orders.schemas import ApiOrderFilter

HALF = 10 * 5 // 2
FIELD = "title"
read_filters = partial(
    LambdaHelpers.process_query_filters_from_aws_event,
    filter_schema_class=ApiOrderFilter,
    default_sort=f"-{FIELD}",
)
