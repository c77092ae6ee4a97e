package dev.wasmrun.memory;

import java.util.ArrayList;
import java.util.function.Consumer;

/**
 * Queues of waits, one per address that has any, in order of arrival. A hash table whose links are
 * the waits' own, so that a wait that comes and goes leaves no garbage.
 *
 * <pre>
 *   heads ─▶ wait on A ──sibling──▶ wait on B ──▶ …     one chain: the first waits of its addresses
 *              │ next ▲ previous       │ next
 *              ▼      │                ▼
 *            wait on A               wait on B
 *              │ next
 *              ▼
 *            wait on A  ◀── last, as its head has it
 * </pre>
 *
 * <p>Guarded by its bucket's lock.
 */
final class WaitTable {
  private static final int FEWEST = 4;

  /** One that had more chains than this gets a small array when it is next empty. */
  private static final int LARGE = 64;

  private WaitNode[] heads = new WaitNode[FEWEST];

  /** How many addresses have a queue. */
  private int addresses;

  /** Whether nobody waits and nothing is kept of who has. */
  boolean isPristine() {
    return addresses == 0 && heads.length <= LARGE;
  }

  /** The first wait on an address; null if there is none. */
  WaitNode first(int address) {
    WaitNode head = heads[chainOf(address)];
    while (head != null && head.address() != address) {
      head = head.sibling;
    }
    return head;
  }

  /** The first waits on an address in their order, at most so many. */
  WaitNode[] first(int address, long count) {
    var found = new ArrayList<WaitNode>();
    WaitNode node = first(address);
    while (node != null && found.size() < count) {
      found.add(node);
      node = node.next;
    }
    return found.toArray(WaitNode[]::new);
  }

  /** Puts a wait behind all others on its address. */
  void append(WaitNode node) {
    WaitNode head = first(node.address());
    if (head == null) {
      if (addresses == heads.length) {
        resize(2 * addresses);
      }
      addresses++;
      node.last = node;
      link(node);
    } else {
      node.previous = head.last;
      head.last.next = node;
      head.last = node;
    }
  }

  private void link(WaitNode head) {
    int chain = chainOf(head.address());
    head.sibling = heads[chain];
    heads[chain] = head;
  }

  /** Takes a wait out of its queue. */
  void remove(WaitNode node) {
    if (node.previous == null) {
      removeHead(node);
    } else {
      node.previous.next = node.next;
      if (node.next == null) {
        first(node.address()).last = node.previous;
      } else {
        node.next.previous = node.previous;
      }
    }
    node.unlink();
  }

  private void removeHead(WaitNode head) {
    WaitNode heir = head.next;
    if (heir != null) {
      heir.previous = null;
      heir.last = head.last;
      heir.sibling = head.sibling;
    }
    replace(head, heir == null ? head.sibling : heir);
    if (heir == null) {
      addresses--;
      if (addresses == 0 && heads.length > LARGE) {
        heads = new WaitNode[FEWEST];
      }
    }
  }

  private void replace(WaitNode head, WaitNode by) {
    int chain = chainOf(head.address());
    WaitNode before = heads[chain];
    if (before == head) {
      heads[chain] = by;
      return;
    }
    while (before.sibling != head) {
      before = before.sibling;
    }
    before.sibling = by;
  }

  private void resize(int length) {
    WaitNode[] old = heads;
    heads = new WaitNode[length];
    for (WaitNode chain : old) {
      WaitNode head = chain;
      while (head != null) {
        WaitNode next = head.sibling;
        link(head);
        head = next;
      }
    }
  }

  /** Does something with each wait. */
  void forEach(Consumer<WaitNode> action) {
    for (WaitNode chain : heads) {
      for (WaitNode head = chain; head != null; head = head.sibling) {
        for (WaitNode node = head; node != null; node = node.next) {
          action.accept(node);
        }
      }
    }
  }

  /** The low bits, which those that chose the bucket do not depend on alone. */
  private int chainOf(int address) {
    return (address >>> 2) * 0x9E3779B9 >>> 8 & heads.length - 1;
  }
}
