package dev.wasmrun.crew;

import dev.wasmrun.Internal;
import dev.wasmrun.module.GuestModule;
import java.util.List;

/** A way for a module's threads to come about. */
@Internal
public interface Convention {

  /** The variable in which a program that starts its threads itself finds how many are wanted. */
  String THREADS_VARIABLE = "WASM_RUN_THREADS";

  /**
   * Why a module cannot run by this convention on several threads, each a clause that can follow
   * "because"; empty if it can.
   */
  List<String> obstacles(GuestModule module);

  /**
   * What the module imports that it is linked without, as programs often never call it: each with
   * its name and what it is for, if that is known. A call of one ends the run with the same words.
   */
  List<String> missing(GuestModule module);

  /**
   * Checks and links everything that can be checked and linked before a thread starts.
   *
   * @param crew where the run's further threads will be started
   * @return the body of the run's first thread
   * @throws dev.wasmrun.guest.UsageException if the request does not suit the module's exports
   * @throws dev.wasmrun.guest.LinkException if the module cannot be linked
   */
  Crew.Body prepare(RunRequest request, Crew crew);
}
