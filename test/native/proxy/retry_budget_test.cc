// Tests how many requests may be sent again.
#include "cluster/retry_budget.h"

#include "doctest/doctest.h"

using namespace pinlatch;
using namespace pinlatch::proxy;

namespace {

int WithdrawAll(RetryBudget& budget, MonotonicTime now) {
  int granted = 0;
  while (granted < 100000 && budget.Withdraw(now)) ++granted;
  return granted;
}

}  // namespace

TEST_CASE("a reserve is there from the start and comes back at its rate") {
  const MonotonicTime start = MonotonicNow();
  RetryBudget budget(start);
  budget.SetPercent(20);
  CHECK(WithdrawAll(budget, start) == 100);
  CHECK(WithdrawAll(budget, start + std::chrono::seconds(2)) == 20);
  CHECK(WithdrawAll(budget, start + std::chrono::hours(1)) == 100);
}

TEST_CASE("requests add their percentage, up to a bound") {
  const MonotonicTime start = MonotonicNow();
  RetryBudget budget(start);
  budget.SetPercent(25);
  WithdrawAll(budget, start);
  for (int i = 0; i < 40; ++i) budget.Deposit();
  CHECK(WithdrawAll(budget, start) == 10);
  for (int i = 0; i < 100000; ++i) budget.Deposit();
  CHECK(WithdrawAll(budget, start) == 1000);
}

TEST_CASE("no percent, no retry") {
  const MonotonicTime start = MonotonicNow();
  RetryBudget budget(start);
  budget.SetPercent(0);
  CHECK(WithdrawAll(budget, start + std::chrono::hours(1)) == 0);
}
