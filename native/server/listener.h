// Owns one listener on one worker: the socket that it accepts on, while there is one, and the
// places of its connections. Accepts while there is room or somebody gives way, pauses while not.
// Lives on its worker.
#pragma once

#include <string>

#include "admission/places.h"
#include "io/event_loop.h"
#include "io/socket.h"
#include "server/listening_sockets.h"

namespace pinlatch::server {

class Listener final : private io::EventHandler, private io::TimerHandler {
 public:
  // Acceptor takes the connections and knows how many there may be.
  class Acceptor {
   public:
    // UntilRoom says how long the next connection has to wait (Places::FindRoom).
    virtual Duration UntilRoom(Listener& listener) = 0;
    // UntilDescriptor has somebody give way where a connection waits for a file descriptor, and
    // says how long it has to wait for that; 0: it may be tried again.
    virtual Duration UntilDescriptor(Listener& listener) = 0;
    // ceiling is what descriptors of connections are below.
    virtual int ceiling() const = 0;
    virtual void OnAccepted(Listener& listener, io::Accepted accepted) = 0;

   protected:
    ~Acceptor() = default;
  };

  // A listener accepts nothing until it has a socket. It outlives its connections.
  Listener(io::EventLoop& loop, Acceptor& acceptor, std::string name);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  const std::string& name() const { return name_; }
  proxy::Places& places() { return places_; }
  // listening is what it accepts on; nullptr: it is closed.
  const SocketPtr& listening() const { return socket_; }
  // Open begins to accept on a socket; the listener is closed before.
  void Open(SocketPtr socket);
  // Resume goes on after a pause, when there is room again.
  void Resume();
  // Close accepts what waits in the backlog, so that no client that got through is lost, and lets
  // go of the socket. LetGo lets go of it for another listener, which finds there what waits.
  void Close();
  void LetGo();

 private:
  Status Watch();
  void OnReady(io::Readiness readiness) override;
  void OnTimer(io::Timer& timer) override;
  // AcceptOne says whether another may follow at once.
  bool AcceptOne();
  bool AwaitDescriptor();
  void Pause();
  void PauseFor(Duration wait);

  io::EventLoop& loop_;
  Acceptor& acceptor_;
  const std::string name_;
  SocketPtr socket_;
  proxy::Places places_;
  io::Timer retry_timer_;
  int newest_ = io::kNoCeiling;  // the descriptor of the last connection; at first near any ceiling
  bool watching_ = false;
  bool exhausted_ = false;  // out of memory: only the timer resumes
};

}  // namespace pinlatch::server
