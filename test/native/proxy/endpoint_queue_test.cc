// Tests the queue of requests that wait for an endpoint: order, turns, patience, leaving.
#include "cluster/endpoint_queue.h"

#include <memory>
#include <string>

#include "doctest/doctest.h"
#include "proxy/run_for.h"

using namespace pinlatch;
using namespace pinlatch::proxy;

namespace {

struct Hall final : EndpointQueue::Room {
  int room = 0;
  bool HasRoom() override { return room > 0; }
  std::shared_ptr<void> Hold() override { return nullptr; }
};

struct Guest final : QueuedRequest {
  Guest(std::string guest_name, std::string& guest_book, Hall& with_room)
      : name(std::move(guest_name)), book(guest_book), hall(with_room) {}
  void OnTurn() override {
    book += name;
    --hall.room;
  }
  void OnQueueTimeout() override { book += "-" + name; }

  const std::string name;
  std::string& book;
  Hall& hall;
};

struct Fixture {
  Fixture() : loop(*io::EventLoop::Create()), queue(*loop, hall) {}
  // Round runs the loop until what was queued before has run.
  void Round(Duration time = Duration::zero()) { RunFor(*loop, time); }

  std::unique_ptr<io::EventLoop> loop;
  Hall hall;
  EndpointQueue queue;
  std::string book;
};

}  // namespace

TEST_CASE("who came first has the first turn, and only as many as there is room for") {
  Fixture fixture;
  Guest a("a", fixture.book, fixture.hall);
  Guest b("b", fixture.book, fixture.hall);
  Guest c("c", fixture.book, fixture.hall);
  for (Guest* guest : {&a, &b, &c}) fixture.queue.Add(*guest, std::chrono::hours(1));
  CHECK(fixture.queue.size() == 3);
  fixture.queue.Call();
  fixture.Round();
  CHECK(fixture.book.empty());
  fixture.hall.room = 2;
  fixture.queue.Call();
  CHECK(fixture.book.empty());  // not at once: who calls may be on the stack of who would go
  fixture.Round();
  CHECK(fixture.book == "ab");
  CHECK(c.queued());
  CHECK(fixture.queue.size() == 1);
}

TEST_CASE("who leaves has no turn, from the front, the middle and the end") {
  Fixture fixture;
  Guest a("a", fixture.book, fixture.hall);
  Guest c("c", fixture.book, fixture.hall);
  {
    Guest b("b", fixture.book, fixture.hall);
    Guest d("d", fixture.book, fixture.hall);
    for (Guest* guest : {&a, &b, &c, &d}) fixture.queue.Add(*guest, std::chrono::hours(1));
  }
  CHECK(fixture.queue.size() == 2);
  a.LeaveQueue();
  fixture.hall.room = 5;
  fixture.queue.Call();
  fixture.Round();
  CHECK(fixture.book == "c");
  CHECK(fixture.queue.empty());
}

TEST_CASE("patience ends in the order of coming, also behind one that left") {
  Fixture fixture;
  Guest a("a", fixture.book, fixture.hall);
  Guest b("b", fixture.book, fixture.hall);
  Guest c("c", fixture.book, fixture.hall);
  fixture.queue.Add(a, std::chrono::hours(1));
  fixture.queue.Add(b, std::chrono::milliseconds(1));
  fixture.queue.Add(c, std::chrono::hours(1));
  a.LeaveQueue();
  fixture.Round(std::chrono::milliseconds(50));
  CHECK(fixture.book == "-b");
  CHECK_FALSE(b.queued());
  CHECK(c.queued());
}
