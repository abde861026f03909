// DEBUG: the shell's end inside the master. Its clients may look at every part of the master and
// steer it, over a Unix socket in its folder. The folders contribute tables of commands
// (table.cpp); this service has the connections and the answers that are awaited.
//
// Asks:      what a command asks: cells, services, the journal, the I/O loop.
// Promises:  every request gets an answer, at the latest when the patience with the service that
//            was asked is over. A peer that is neither our user nor root is turned away.
// Limits:    line_bytes_max per request, requests_max open ones per connection, peers_max
//            connections.
// Restart:   permanent. A connection does not outlive a failure: its peer sees the end and may come
//            again; the listener stays.
#pragma once

#include "actors/botmaster/commands.hpp"
#include "actors/build_master/commands.hpp"
#include "actors/config/commands.hpp"
#include "actors/debug/debug_state.hpp"
#include "actors/debug/streams.hpp"
#include "actors/schedulers/commands.hpp"
#include "runtime/service/kind.hpp"
#include "runtime/shell/commands.hpp"

namespace troupe::debug {

inline constexpr std::string_view debug_path = "/debug";
inline constexpr std::int64_t peers_max = 64;
inline constexpr std::int64_t requests_max = 256;

class debug final : public runtime::service<debug, debug_config, debug_state>, public shell::desk {
public:
  static constexpr bool not_replayable = true;
  using hears = shell::joined<
      runtime::messages<io::listening, io::listen_failed, io::connection_opened, io::bytes_received,
                        io::connection_closed, status::event, status::publisher_restarted,
                        question_overdue, follow_due, runtime::explanation>,
      shell::runtime_answers, botmaster::command_answers, schedulers::command_answers,
      config::command_answers, master::command_answers>;
  static const runtime::service_kind& static_kind();
  void init() override;
  void code_change() override { listen(); }
  bool ready_when_started() const override { return false; }
  void terminate(const std::string& reason) override;
  bool shutdown_requested() override;

  // debug.cpp: connections
  void on(const io::listening&);
  void on(const io::listen_failed&);
  void on(const io::connection_opened&);
  void on(const io::bytes_received&);
  void on(const io::connection_closed&);
  void on(const status::event& news) { streams_now().take(news); }
  void on(const status::publisher_restarted&) { streams_now().resubscribe(); }
  void on(const follow_due& due) { streams_now().send_pages(due.stream); }

  // requests.cpp: requests and answers
  void on(const runtime::cell_answer&);
  void on(const question_overdue&);
  /// What a command waits for comes with the token of its question.
  template <class Answer>
  void on(const Answer& news) {
    take_answer(news.token);
  }
  std::string ask(const shell::call& by, std::string path, span patience, json kept) override;
  void say(const shell::call& to, const json& part) override;
  shell::outcome perform(std::string_view name, shell::call& by) override;

private:
  streams streams_now() { return {state(), host()}; }
  void listen();
  void drop_peer(std::int64_t connection);
  void drop_questions(std::optional<std::int64_t> connection);

  std::int64_t open_requests(std::int64_t connection);
  void take_line(std::int64_t connection, const std::string& line);
  shell::outcome answer(shell::call& by);
  shell::outcome own_answer(const shell::call& by);
  void record(const shell::call& by);
  void reply(const shell::call& to, const shell::outcome& answer);
  /// The call that the question of that token is about; nothing if there is none.
  std::optional<shell::call> call_of(const std::string& token);
  void take_answer(const std::string& token);
  void settle(shell::call& by, const shell::outcome& answer);
  void forget_question(const std::string& token);
  const shell::surroundings& surroundings_now();

  shell::surroundings surroundings_; ///< Derived from the configuration.
};

const runtime::service_kind& debug_kind();

} // namespace troupe::debug
