"""Which routes there are, and which function serves them."""

from sluice.api import (
    contract_routes,
    file_routes,
    lane_routes,
    rule_routes,
    service_routes,
    upload_routes,
    webhook_routes,
)

FILES_API = (upload_routes.router, file_routes.router, lane_routes.router, service_routes.router)
RULES_API = (rule_routes.router, contract_routes.router, webhook_routes.router)
ROUTERS = (*FILES_API, *RULES_API)
