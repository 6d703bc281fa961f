import logging
import os

logger = logging.getLogger("parcels")
logger.setLevel(os.environ.get("PARCELS_LOG_LEVEL", "WARNING"))
