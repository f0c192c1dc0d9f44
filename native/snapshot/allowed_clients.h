// Owns the decoding of sets of names: those that routes of every kind hold for and admit, and
// scopes. Internal to this folder.
#pragma once

#include <algorithm>
#include <vector>

#include "snapshot/field_decoders.h"
#include "snapshot/model.h"
#include "snapshot/ranges.h"

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

// ScopeSet takes a list of scopes, which are known as soon as somebody names them.
struct ScopeSet {
  NameTable& scopes;
  Status operator()(const Value& value, std::vector<uint32_t>& into) const {
    std::vector<std::string> texts;
    PINLATCH_TRY((ListOf{Text{kScopeRule}, 0, ranges::kScopes.most}(value, texts)));
    for (const std::string& text : texts) into.push_back(scopes.IndexWith(text));
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
