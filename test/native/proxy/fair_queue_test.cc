// Tests the order in which connections give way, by age and by address.
#include "admission/fair_queue.h"

#include <map>
#include <random>
#include <string>
#include <vector>

#include "doctest/doctest.h"
#include "proxy/place_client.h"

using namespace pinlatch;
using namespace pinlatch::proxy;
using namespace pinlatch::test;

namespace {

std::string NextOf(const FairQueue& queue, size_t least) {
  Place* const next = queue.Next(least);
  return next == nullptr ? "" : static_cast<Client*>(next)->name;
}

}  // namespace

TEST_CASE("the oldest is next, unless an address has more than its fair part") {
  FairQueue queue;
  Clients clients;
  CHECK(NextOf(queue, 1) == "");
  Client& a = clients.Add("a", 1);
  Client& b = clients.Add("b", 2);
  Client& c = clients.Add("c", 2);
  for (Client* each : {&a, &b, &c}) queue.PushBack(*each);
  CHECK(NextOf(queue, 1) == "b");
  CHECK(NextOf(queue, 2) == "a");  // two are nobody's to blame
  queue.Remove(b);
  CHECK(NextOf(queue, 1) == "a");
  queue.PushFront(b);
  CHECK(NextOf(queue, 2) == "b");
  for (Client* each : {&a, &b, &c}) queue.Remove(*each);
  CHECK(NextOf(queue, 1) == "");
}

TEST_CASE("the address with the most is found whatever comes and goes") {
  std::mt19937 random(20251129);  // NOLINT: the same every time
  FairQueue queue;
  Clients clients;
  std::vector<Client*> in;
  for (int step = 0; step < 5000; ++step) {
    const bool comes = in.empty() || random() % 5 < (step % 500 < 250 ? 4U : 1U);
    if (comes) {
      in.push_back(&clients.Add(std::to_string(step), random() % 7 * (random() % 3)));
      queue.PushBack(*in.back());
    } else {
      const auto which = in.begin() + static_cast<std::ptrdiff_t>(random() % in.size());
      queue.Remove(**which);
      in.erase(which);
    }
    std::map<uint64_t, size_t> counts;
    for (const Client* each : in) ++counts[*each->address];
    size_t most = 0;
    for (const auto& [address, count] : counts) most = std::max(most, count);
    Client* const next = static_cast<Client*>(queue.Next(1));
    if (in.empty()) {
      CHECK(next == nullptr);
    } else if (most > 1 && most * counts.size() > in.size()) {
      CHECK(counts[*next->address] == most);
      for (const Client* each : in) {  // the oldest of its address
        if (each->address != next->address) continue;
        CHECK(each == next);
        break;
      }
    } else {
      CHECK(next == in.front());
    }
  }
  for (Client* each : in) queue.Remove(*each);
}
