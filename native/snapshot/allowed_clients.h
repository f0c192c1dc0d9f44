// Owns the decoding of what routes of every kind have: the sets of names that they hold for and
// admit. Internal to this folder.
#pragma once

#include <algorithm>
#include <vector>

#include "snapshot/field_decoders.h"
#include "snapshot/model.h"

namespace pinlatch::snapshot {

// NameSet takes a list, never empty, of names and resolves it to a sorted set of indices.
struct NameSet {
  const NameTable& names;
  Status operator()(const Value& value, std::vector<uint32_t>& into) const {
    PINLATCH_TRY((ListOf{NameOf{names}, 1}(value, into)));
    std::sort(into.begin(), into.end());
    into.erase(std::unique(into.begin(), into.end()), into.end());
    return {};
  }
};

// AllowedClients takes whom a route admits.
struct AllowedClients {
  const Names& names;
  Status operator()(const Value& value, RouteRule& into) const {
    if (!value.IsObject()) {
      return OneOf<Allow>{{"any-trusted", Allow::kAnyTrusted}, {"anyone", Allow::kAnyone}}(
          value, into.allow);
    }
    into.allow = Allow::kClients;
    ObjectReader object(value);
    PINLATCH_TRY(object.Field("clients", into.clients, NameSet{names.clients}));
    return object.Finish();
  }
};

}  // namespace pinlatch::snapshot
