// Owns the joining of functions into one visitor. With std::visit it takes the place of a switch
// that knows every case: an alternative that none of the functions takes does not compile.
#pragma once

namespace pinlatch {

template <typename... Functions>
struct Overloaded : Functions... {
  using Functions::operator()...;
};
template <typename... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

}  // namespace pinlatch
