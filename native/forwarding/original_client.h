// Owns the question who was the first to ask for what trusted proxies pass on. Pure.
#pragma once

#include <span>
#include <string_view>

#include "http/head.h"
#include "snapshot/front.h"

namespace pinlatch::proxy {

// OriginalClient returns the address in X-Forwarded-For that the trusted proxies answer for: the
// last one that is not theirs, or the first of all when every one is. What stands before it may
// have been written by anybody. A port behind it is left away. Empty when there is none, and when
// what stands there is no address. A view into `fields`.
std::string_view OriginalClient(const http::Fields& fields,
                                std::span<const snapshot::Network> trusted);

}  // namespace pinlatch::proxy
