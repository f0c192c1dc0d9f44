// Owns Result<T> and Status: a value or an Error, and the one macro that passes an error on.
// The core has no exceptions; a bug asserts, the outside world returns errors.
#pragma once

#include <cassert>
#include <optional>
#include <utility>
#include <variant>

#include "base/error.h"

namespace pinlatch {

// Result<T> holds either a T or an Error. Reading the wrong one is a bug and asserts.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value)
      : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT: implicit by design
  Result(Error error)
      : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit by design
  Result(ErrorCode code)
      : state_(std::in_place_index<1>, Error(code)) {}  // NOLINT: implicit by design

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & { return *Value(); }
  const T& value() const& { return *const_cast<Result*>(this)->Value(); }
  T&& value() && { return std::move(*Value()); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return Value(); }
  const T* operator->() const { return const_cast<Result*>(this)->Value(); }

  const Error& error() const& { return *const_cast<Result*>(this)->Failure(); }
  Error&& error() && { return std::move(*Failure()); }

 private:
  T* Value() {
    T* value = std::get_if<0>(&state_);
    assert(value != nullptr);
    return value;
  }
  Error* Failure() {
    Error* error = std::get_if<1>(&state_);
    assert(error != nullptr);
    return error;
  }

  std::variant<T, Error> state_;
};

// Status is the Result of something that returns nothing but may fail. A default Status is success.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Error error) : error_(std::move(error)) {}  // NOLINT: implicit by design
  Status(ErrorCode code) : error_(Error(code)) {}    // NOLINT: implicit by design

  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  const Error& error() const& {
    assert(error_.has_value());
    return *error_;
  }
  Error&& error() && {
    assert(error_.has_value());
    return std::move(*error_);
  }

 private:
  std::optional<Error> error_;
};

// PINLATCH_TRY evaluates a Status or Result and returns its error from the enclosing function when
// there is one.
#define PINLATCH_TRY(expression)                                                  \
  do {                                                                            \
    auto pinlatch_try_status = (expression);                                      \
    if (!pinlatch_try_status.ok()) return std::move(pinlatch_try_status).error(); \
  } while (false)

// PINLATCH_ASSIGN declares `target` from a Result's value, or returns the Result's error.
#define PINLATCH_ASSIGN(target, expression) \
  PINLATCH_ASSIGN_IMPL(PINLATCH_CONCAT(pinlatch_result_, __LINE__), target, expression)
#define PINLATCH_ASSIGN_IMPL(result, target, expression) \
  auto result = (expression);                            \
  if (!result.ok()) return std::move(result).error();    \
  target = std::move(result).value()
#define PINLATCH_CONCAT(a, b) PINLATCH_CONCAT_IMPL(a, b)
#define PINLATCH_CONCAT_IMPL(a, b) a##b

}  // namespace pinlatch
