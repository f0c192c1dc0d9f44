// Owns the taking apart of a request head that the gateway itself wrote (AppendForwardedRequest),
// for protocols that are not made of lines. Pure; not for heads of anybody else.
#pragma once

#include <string_view>
#include <vector>

#include "http/head.h"

namespace pinlatch::proxy {

// Http1HeadLines holds views into the head's text.
class Http1HeadLines {
 public:
  explicit Http1HeadLines(std::string_view head);

  std::string_view method() const { return method_; }
  std::string_view target() const { return target_; }  // path and query
  std::string_view host() const { return host_; }
  const std::vector<http::Field>& fields() const { return fields_; }

 private:
  std::string_view method_;
  std::string_view target_;
  std::string_view host_;
  std::vector<http::Field> fields_;
};

}  // namespace pinlatch::proxy
