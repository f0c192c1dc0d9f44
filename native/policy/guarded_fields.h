// Owns the look-up of field names that the configuration singles out, folded as upstreams fold
// them: those that a route refuses or keeps. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/head.h"
#include "snapshot/model.h"

namespace pinlatch::policy {

// NamesField says whether `name`, in any spelling, is one of `folded` (snapshot::FoldFieldName), or
// of a family there ("x-some-*").
// For the few names of a route; FieldNameSet is for many.
bool NamesField(std::span<const std::string> folded, std::string_view name);

// CheckRefused holds the fields of a head, or the trailers behind a body, to what the route
// refuses. Error: kFieldRefused, with the field's name.
Status CheckRefused(std::span<const http::Field> fields, const snapshot::Route& route);

}  // namespace pinlatch::policy
