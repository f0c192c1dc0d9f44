// Owns what the checks of libstdc++ say: file, line and condition, and not the signature of the
// function template as well, which were 0.1 MB of text that stays resident. Comes before every C++
// source (hardening.cmake), so it includes nothing of ours.
#pragma once

#include <version>

#if defined(_GLIBCXX_ASSERTIONS) && defined(__glibcxx_assert_impl) && \
    defined(_GLIBCXX_VERBOSE_ASSERT)
#undef __glibcxx_assert_impl
#define __glibcxx_assert_impl(_Condition)                                                \
  if (__builtin_expect(!bool(_Condition), false)) {                                      \
    __glibcxx_constexpr_assert(false);                                                   \
    std::__glibcxx_assert_fail(__FILE__, __LINE__, "the standard library", #_Condition); \
  }
#endif
