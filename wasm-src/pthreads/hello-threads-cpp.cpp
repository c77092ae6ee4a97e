// Hello from std::thread: the same as hello-threads, in the words of C++.
//
// The threads share a counter, which is atomic, and a sum, which a mutex guards: two ways to let
// many threads change one thing. A thread_local variable is each thread's own.
//
// Arguments: [threads]; without it the environment variable WASM_RUN_THREADS, else 4.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <vector>

namespace {

constexpr int kMostThreads = 1024;

std::atomic<int> greeted{0};
std::mutex mutex;
long sum = 0;  // guarded by mutex
thread_local int square = 0;

void greet(int number) {
  square = number * number;
  std::printf("hello from thread %d\n", number);
  greeted++;
  std::lock_guard<std::mutex> lock{mutex};
  sum += square;
}

}  // namespace

int main(int argc, char **argv) {
  const char *count = argc > 1 ? argv[1] : std::getenv("WASM_RUN_THREADS");
  const int threads = count == nullptr ? 4 : std::atoi(count);
  if (threads < 1 || threads > kMostThreads) {
    std::fprintf(stderr, "usage: hello-threads-cpp [threads], from 1 to %d\n", kMostThreads);
    return 2;
  }
  std::vector<std::thread> started;
  for (int i = 0; i < threads; i++) {
    started.emplace_back(greet, i);
  }
  for (auto &thread : started) {
    thread.join();
  }
  std::printf("the squares of %d threads' numbers add up to %ld\n", greeted.load(), sum);
  return 0;
}
