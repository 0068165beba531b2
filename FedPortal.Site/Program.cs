Console.WriteLine("site");
