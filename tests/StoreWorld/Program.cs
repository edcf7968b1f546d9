using System.Globalization;
using DerAgent.StoreWorld;

// A server with its loop and its store on disk, under load, until it is killed. What leaves it is printed, a line a write:
//   S n        the setting is n at the start          T n  it is written; A n  and acknowledged
//   F why      and refused                            U          an unbuffered report
//   E          the buffered block is enabled          R id n  the report of the entry id says n
//   X why      the store takes nothing                W          it takes again
//   GS n, GT n, GA n  the same of a value of the active setting group      L id n  the log's entry of the id says n, as a query was told
//   FS n, FT n, FA n  the same of a file that is set, FF n: it could not be
//   C          a command is acknowledged              D text  something was found damaged
//   store-world SCL FOLDER COUNTER ENTRY DURABILITY      SCL: scl/pv-inverter.cid; COUNTER: first value measured; ENTRY: the entry after which reporting goes on, 0: from the oldest
//   store-world devices FOLDER PORT [VALUE]      a device instead, with what is in force on it; VALUE: what is commanded. A: it was taken, E: it has ended
if (args is ["devices", var folder, var port, .. var commanded])
{
    await DeviceWorld.RunAsync(folder, int.Parse(port, CultureInfo.InvariantCulture), commanded.Length == 0 ? null : float.Parse(commanded[0], CultureInfo.InvariantCulture));
    return;
}

await World.RunAsync(args[0], args[1], long.Parse(args[2], CultureInfo.InvariantCulture), long.Parse(args[3], CultureInfo.InvariantCulture), args[4] == "full");
