// Commands that look at what is stored.
#include "actors/debug/call_words.hpp"
#include "actors/debug/debug.hpp"
#include "actors/debug/record_views.hpp"
#include "actors/workers/connection.hpp"
#include "runtime/path.hpp"
#include "storage/store.hpp"

namespace troupe::debug {

namespace {

constexpr auto cell_patience = std::chrono::seconds{5};
constexpr std::size_t rows_by_default = 20;

result<std::size_t> row_limit(const std::string& word) {
  auto number = read_number(word);
  if (!number || *number < 1 || *number > rows_max)
    return failure{errc::invalid,
                   fmt::format("{}: a number from 1 to {} expected", word, rows_max)};
  return static_cast<std::size_t>(*number);
}

} // namespace

outcome debug::workers(const shell_call&) {
  std::set<std::string> attached;
  for (const auto& one : paths().walk("/workers", {}, paths().slots() + 1, 1).ports)
    if (one->path() != "/workers")
      attached.insert(workers::worker_of_connection(
          std::string_view{one->path()}.substr(std::string_view{"/workers/"}.size())));
  return std::optional{workers_view(store().read(), attached)};
}

outcome debug::builders(const shell_call&) {
  return std::optional{builders_view(store().read())};
}

outcome debug::changes(const shell_call& call) {
  auto limit = call.args.empty() ? result<std::size_t>{rows_by_default} : row_limit(call.args[0]);
  if (!limit)
    return limit.error();
  return std::optional{changes_view(store().read(), *limit)};
}

// A single word is a builder if there is one of that name, however much it looks like a number.
outcome debug::builds(const shell_call& call) {
  auto from = store().read();
  builder_id which;
  result<std::size_t> limit{rows_by_default};
  for (std::size_t i = 0; i < call.args.size(); ++i) {
    auto found = i == 0 ? find_named_builder(from, call.args[0])
                        : result<records::builder>{failure{errc::not_found, {}}};
    if (found)
      which = found->id;
    else if (i + 1 == call.args.size() && read_number(call.args[i]))
      limit = row_limit(call.args[i]);
    else
      return i == 0 ? found.error() : row_limit(call.args[i]).error();
  }
  if (!limit)
    return limit.error();
  return std::optional{builds_view(from, which, *limit)};
}

outcome debug::build(const shell_call& call) {
  auto from = store().read();
  auto found = call.args.size() == 2 ? find_named_build(from, call.args[0], call.args[1])
                                     : find_named_build(from, call.args[0]);
  if (!found)
    return found.error();
  return std::optional{build_view(from, *found)};
}

// The distributor knows why they wait; without one there is still what is stored.
outcome debug::requests(const shell_call& call) {
  auto path = std::string{botmaster::brd_path};
  if (!is_there(path))
    return std::optional{requests_view(store().read(), {})};
  auto token = ask(call, path, cell_patience);
  send(address_of(path), botmaster::explain_requests{token, me()});
  return std::optional<json>{};
}

void debug::on(const botmaster::requests_explained& news) {
  if (state().questions.contains(news.token))
    conclude(news.token, requests_view(store().read(), news.why_not));
}

} // namespace troupe::debug
