// Owns what it changes that a request goes by one route and not by another, which leads to the same
// service: who gets in, and what the service gets. For operators; it decides nothing. Pure.
#pragma once

#include <string>
#include <vector>

#include "snapshot/model.h"

namespace pinlatch::policy {

// Differences are words for what the other route does, such as "admits more".
using Differences = std::vector<std::string>;

// IsThereToRefuse says that a route answers with an error by itself: whoever passes it has passed
// it.
bool IsThereToRefuse(const snapshot::Route& route);

// WhatPassingChanges compares `by` with `guard`, which is passed on `listener`. Where `by` asks for
// more than `guard`, nobody wins anything by it, and it does not count.
Differences WhatPassingChanges(const snapshot::Route& guard, const snapshot::Route& by,
                               const snapshot::Listener& listener);

}  // namespace pinlatch::policy
